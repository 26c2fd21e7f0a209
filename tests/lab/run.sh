# shellcheck shell=bash disable=SC2154 # home, cache and java_needs are the launcher's; lab is build.sh's
# Boots the guest and runs a command in it; sourced by ../../vitrine after build.sh.

lab_usage() {
    cat <<'END'
usage: ./vitrine lab [OPTIONS] -- COMMAND…
       ./vitrine lab kiosk [--photo FILE] [--source URI] [--present URI] [--seconds S] [--out FILE] [-- OPTIONS OF run…]
       ./vitrine lab build [--display]

Runs COMMAND with bash in a QEMU guest that has V4L2 (vivid), dma-heap, udmabuf, lavapipe and this tree's `vitrine`; prints
its output and exits with its status, 124 after the time limit, 125 where the lab itself failed. One argument is shell
text, several are one command line. It runs as root in a fresh folder; what it leaves there is kept and named at the end.

  --share DIR        run in DIR, read and written, instead of a fresh folder
  --timeout S        time limit, 300 else
  --mem MIB          memory of the guest, 2800 else
  --vivid PARAMS     parameters of vivid, or none to leave it out; else /dev/video0 is a webcam (single-planar API) and
                     /dev/video1 an HDMI input (multi-planar API)
  --display KIND     a KMS display as /dev/dri/card1, behind card0 which has none, and a lavapipe with VK_KHR_display; the
                     first time builds them (8 min). vkms: any mode, CRCs of what is scanned out in debugfs. cirrus: QEMU's
                     screen, up to 4 MiB. none else
  --shots DIR        with cirrus: `lab-shot NAME` in the guest leaves what the screen shows as DIR/NAME.png
  --systemd          systemd starts first, and the command after multi-user.target
  --service          the same, with the service vitrine-kiosk as packaging/install.sh installs it; needs --display
  --log DIR          keep the console and the kernel's messages in DIR

lab kiosk runs `vitrine run` from a virtual camera to QEMU's screen, leaves what the screen shows after S seconds (20) of
moving pictures as FILE (vitrine-kiosk.png), and what it shows once the kiosk has ended as FILE with -console in its name.

  --source URI       vivid's webcam, 640x480, else
  --present URI      display:?mode=640x480 else; the screen's memory is 4 MiB
END
}

lab_vivid='n_devs=2 multiplanar=1,2 num_inputs=1,1 input_types=0x0,0x3 node_types=0x1,0x1 vid_cap_nr=0,1'

# Where every instruction is translated, C1 alone starts fastest, and moving class archives to random addresses can take
# as long as all the rest.
lab_java_options=(
    -XX:+UseSerialGC -Xmx1g -XX:TieredStopAtLevel=1
    -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0
    -Dorg.bytedeco.javacpp.cachedir=/opt/vitrine/natives/javacpp
    -Dorg.lwjgl.system.SharedLibraryExtractPath=/opt/vitrine/natives/lwjgl
)

# --- Vitrine in the guest ------------------------------------------------------------------------------------------

# Vitrine, and the tests, are disks of their own: 9p is slow for classes. Each is made with one short run of the guest's
# own JVM on this machine's processor, which leaves the natives unpacked and an AOT cache (JEP 514).

# in_rootfs COMMAND…: in the guest's file system, with these folders as in the guest, mounted for the command alone.
in_rootfs() {
    local models=${VITRINE_MODELS:-$cache/models}
    mkdir -p "$lab_clone/program.tree" "$lab_clone/tests.tree" "$models"
    # shellcheck disable=SC2016 # the inner shell's variables
    unshare --mount --propagation private -- sh -euc '
        cd "$1"
        mount -t proc proc proc
        mount -t tmpfs tmpfs tmp
        mount --bind "$2" opt/vitrine
        mount --bind "$3" opt/tests
        mount --bind "$4" mnt
        shift 4
        exec timeout 120 chroot . env -i PATH="/usr/bin:/bin" HOME=/tmp LANG=C.UTF-8 VITRINE_MODELS=/mnt "$@"
    ' sh "$lab/rootfs" "$lab_clone/program.tree" "$lab_clone/tests.tree" "$models" "$@"
}

lab_java=(java "${java_needs[@]}" "${lab_java_options[@]}")

build_program_image() {
    local tree=$lab_clone/program.tree
    rm -rf "$tree"
    mkdir -p "$tree"/{bin,natives/javacpp,natives/lwjgl}
    cp -p "$home/tools/target/vitrine.jar" "$tree/"
    cp -pr "$home/tools/target/lib" "$tree/"
    install -m 755 "$lab_source/guest/vitrine" "$tree/bin/"
    in_rootfs "${lab_java[@]}" -XX:AOTCacheOutput=/opt/vitrine/vitrine.aot -jar /opt/vitrine/vitrine.jar \
        run --source pattern:640x360@30 --frames 12 --present offscreen:/tmp/pictures --debug ||
        say "the run that prepares quick starts failed, so starts are slow"
    make_image "$tree" "$lab_clone/program.img" 800
}

build_tests_image() {
    local tree=$lab_clone/tests.tree
    rm -rf "$tree"
    mkdir "$tree"
    cp -pr "$home/tests/target/lib" "$tree/"
    # An AOT cache takes no folders.
    "$JAVA_HOME/bin/jar" -cf "$tree/tests.jar" -C "$home/tests/target/test-classes" .
    (cd "$tree" && printf '%s:' /opt/tests/tests.jar lib/*.jar | sed 's|lib/|/opt/tests/lib/|g; s|^|-ea\n-cp\n|; s|$|/opt/vitrine/vitrine.jar\n|') \
        >"$tree/classpath.options"
    in_rootfs "${lab_java[@]}" -XX:AOTCacheOutput=/opt/tests/tests.aot @/opt/tests/classpath.options "${lab_junit[@]}" \
        --select-method=vitrine.tests.PipelineTest#fewFramesAreEachInferredAndShowTheirOwnBoxes ||
        say "the run that prepares quick starts failed, so starts are slow"
    make_image "$tree" "$lab_clone/tests.img" 200
    rm -rf "$tree"
}

# What packaging/install.sh adds to the guest's file system, as a layer over it; the rest is what an owner would set.
build_service_image() {
    local tree=$lab_clone/service.tree
    rm -rf --one-file-system "$tree"
    mkdir -p "$tree"/{layer,work,root}
    # shellcheck disable=SC2016 # the inner shell's variables
    VITRINE_MODELS=${VITRINE_MODELS:-$cache/models} unshare --mount --propagation private -- bash -euc '
        mount -t overlay -o "lowerdir=$1,upperdir=$2/layer,workdir=$2/work" overlay "$2/root"
        "$3/packaging/install.sh" --root "$2/root"' bash "$lab/rootfs" "$tree" "$home"
    mkdir -p "$tree/layer/etc/systemd/system/vitrine-kiosk.service.d"
    cp "$lab_source/guest/service.conf" "$tree/layer/etc/systemd/system/vitrine-kiosk.service.d/lab.conf"
    sed -i 's|^source = .*|source = "v4l2:/dev/video0?size=640x480\&fps=30"|; s|^present = .*|present = "display:?mode=640x480"|' \
        "$tree/layer/etc/vitrine/kiosk.toml"
    make_image "$tree/layer" "$lab_clone/service.img" 600
    rm -rf --one-file-system "$tree"
}

# Names, sizes and times of files.
files_key() {
    find "$@" -type f -printf '%p %s %T@\n' | sort
}

build_lab_program() {
    lab_step "$lab_clone" program_image program.img < <(cat "$lab/keys/image" &&
        files_key "$home/tools/target/vitrine.jar" "$home/tools/target/lib" "$lab_source/guest/vitrine" &&
        declare -f build_program_image make_image in_rootfs && declare -p lab_java)
}

build_lab_tests() {
    lab_step "$lab_clone" tests_image tests.img < <(cat "$lab_clone/keys/program_image" &&
        files_key "$home/tests/target/lib" "$home/tests/target/test-classes" &&
        declare -f build_tests_image make_image in_rootfs && declare -p lab_java lab_junit)
}

build_lab_service() {
    lab_step "$lab_clone" service_image service.img < <(cat "$lab/keys/image" &&
        files_key "$home/tools/target/vitrine.jar" "$home/tools/target/lib" "$home/packaging" "$lab_source/guest/service.conf" &&
        declare -f build_service_image make_image)
}

# --- the guest -----------------------------------------------------------------------------------------------------

# lab_folder TAG PATH [OPTION]: arguments of QEMU
lab_folder() {
    [[ $2 != *,* ]] || die "lab: QEMU shares no folder with a comma in its path: $2"
    lab_qemu+=(-virtfs "local,id=$1,path=$2,mount_tag=$1,security_model=none,multidevs=remap${3:-}")
}

# One argument as it is, several as one command line.
command_text() {
    local word
    if (($# == 1)); then
        printf '%s\n' "$1"
        return
    fi
    printf exec
    for word in "$@"; do
        printf " '%s'" "${word//\'/\'\\\'\'}"
    done
    echo
}

# All of it lies below 4 GiB: what lies above, a 32-bit device such as vivid reaches through bounce buffers, whose content
# would be written over what vivid, which is no device, wrote by the CPU.
declare -A lab_option=([timeout]=300 [mem]=2800 [vivid]=$lab_vivid [share]='' [log]='' [display]=none [shots]='' [systemd]='' [service]='')

# Reads OPTIONS -- COMMAND… into lab_option and lab_command.
parse_lab_options() {
    local option
    while (($# > 0)); do
        option=${1#--}
        case $1 in
            --) break ;;
            --systemd) lab_option[systemd]=yes ;;
            --service)
                lab_option[systemd]=yes
                lab_option[service]=yes
                ;;
            --share | --timeout | --mem | --vivid | --log | --display | --shots)
                (($# > 1)) || die "lab: $1 takes a value"
                lab_option[$option]=$2
                shift
                ;;
            *) die "lab: no such option: $1 (COMMAND comes after --); ./vitrine lab --help has those there are" ;;
        esac
        shift
    done
    (($# > 1)) || die "lab: no command; it comes after --"
    lab_command=("${@:2}")
    [[ ${lab_option[timeout]} =~ ^[1-9][0-9]{0,5}$ ]] || die "lab: --timeout takes seconds, not ${lab_option[timeout]}"
    [[ ${lab_option[mem]} =~ ^[1-9][0-9]{2,5}$ ]] || die "lab: --mem takes MiB, 100 at least, not ${lab_option[mem]}"
    [[ ${lab_option[vivid]} != *\'* ]] || die "lab: no quotes in --vivid: ${lab_option[vivid]}"
    case ${lab_option[display]} in
        none | vkms | cirrus) ;;
        *) die "lab: --display takes vkms, cirrus or none, not ${lab_option[display]}" ;;
    esac
    [[ -z ${lab_option[shots]} || ${lab_option[display]} == cirrus ]] ||
        die "lab: --shots takes what QEMU's screen shows, which only --display cirrus has"
    [[ -z ${lab_option[service]} || ${lab_option[display]} != none ]] ||
        die "lab: --service starts a kiosk, which needs a screen: --display vkms or --display cirrus"
    if [[ -n ${lab_option[share]} ]]; then
        [[ -d ${lab_option[share]} ]] || die "lab: no such folder: ${lab_option[share]}"
        lab_option[share]=$(cd -- "${lab_option[share]}" && pwd)
    fi
}

# Fills the guest's control folder; display_disk is the device its display's disk will be.
write_lab_control() {
    local control=$1 display_disk=$2
    mkdir -p "$control"
    cp "$lab_source"/guest/{init,command,environment,lab-shot,systemd,kiosk,service-test} "$control/"
    {
        printf "VIVID='%s'\n" "${lab_option[vivid]}"
        printf 'DISPLAY_KIND=%s\nDISPLAY_DISK=%s\n' "${lab_option[display]}" "$display_disk"
        printf 'SYSTEMD=%s\n' "${lab_option[systemd]}"
    } >"$control/settings"
    printf '%s\n' "${java_needs[@]}" "${lab_java_options[@]}" >"$control/java.options"
    command_text "${lab_command[@]}" >"$control/command.sh"
}

# run_lab [DISK…]: lab_command in a guest that is built, with these images behind its own. Sets lab_status.
run_lab() {
    local models=${VITRINE_MODELS:-$cache/models} limit=${lab_option[timeout]} control disk kernel
    local disks=("$lab"/{vmlinuz,initramfs,rootfs.img} "$lab_clone/program.img" "$@") letters=bcdefg
    lab_scratch=$(mktemp -d "$lab/run.XXXXXX")
    trap end_lab EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    control=$lab_scratch/control
    mkdir -p "$lab_scratch/share" "$models"
    write_lab_control "$control" "/dev/vd${letters:$(($# + 1)):1}"

    kernel='console=ttyS0 quiet oops=panic panic=-1 mitigations=off'
    lab_qemu=(
        -M q35 -accel "tcg,thread=multi,tb-size=512" -cpu max -smp "$(($(nproc) < 4 ? $(nproc) : 4))" -m "${lab_option[mem]}"
        -nodefaults -no-user-config -display none -no-reboot
        -kernel "$lab_scratch/vmlinuz" -initrd "$lab_scratch/initramfs"
        -device virtio-rng-pci -device virtio-serial-pci
        -serial "file:$lab_scratch/console"
        -chardev "stdio,id=output,signal=off" -device "virtserialport,chardev=output"
    )
    if [[ ${lab_option[display]} != none ]]; then
        disks+=("$lab/display.img")
        # A cursor that blinks would change the console's CRC, and so would vivid's complaints when it is late.
        kernel="console=tty0 $kernel loglevel=3 vt.global_cursor_default=0"
    fi
    if [[ -n ${lab_option[service]} ]]; then
        disks+=("$lab_clone/service.img")
        kernel+=" lab.layer=/dev/vd${letters:$(($# + 2)):1}"
    fi
    [[ ${lab_option[display]} != cirrus ]] || lab_qemu+=(-vga cirrus)
    lab_qemu+=(-append "$kernel")
    # Under names of their own: another clone may build its guest meanwhile.
    for disk in "${disks[@]}"; do
        ln "$disk" "$lab_scratch/" 2>/dev/null || cp --sparse=always "$disk" "$lab_scratch/"
        [[ $disk != *.img ]] || lab_qemu+=(-drive "file=$lab_scratch/${disk##*/},format=raw,if=virtio,snapshot=on")
    done
    lab_folder control "$control"
    lab_folder share "${lab_option[share]:-$lab_scratch/share}"
    lab_folder models "$models" ,readonly=on

    # QEMU takes the end of its input for the end of the output's port.
    mkfifo "$lab_scratch/input"
    exec {lab_input}<>"$lab_scratch/input"
    local status=0 started=$EPOCHREALTIME
    # Its number may be another file's by the second run.
    [[ -z $lab_lock ]] || exec {lab_lock}>&-
    lab_lock=''
    [[ -z ${lab_option[shots]} ]] || offer_lab_shots
    timeout -k 5 "$limit" qemu-system-x86_64 "${lab_qemu[@]}" <&"$lab_input" &
    lab_pid=$!
    wait "$lab_pid" || status=$?
    lab_pid=''
    exec {lab_input}>&-

    lab_times "$started" "$control"
    keep_lab_files "$control"
    if [[ -s $control/status ]]; then
        lab_status=$(cat "$control/status")
        end_lab
    elif ((status == 124 || status == 137)); then
        say "lab: still running after $limit s; stopped (--timeout)"
        lab_status=124
        end_lab
    else
        tail -n 20 "$lab_scratch/console" >&2 || true
        die "lab: the guest ended without a result (QEMU's status is $status)"
    fi
}

# --- screendumps ---------------------------------------------------------------------------------------------------

# Gives QEMU two more channels, named pipes: its monitor, and the port that the guest's lab-shot writes names to.
offer_lab_shots() {
    local channel
    mkdir -p "${lab_option[shots]}"
    lab_option[shots]=$(cd -- "${lab_option[shots]}" && pwd)
    [[ ${lab_option[shots]} != *[\"\\]* ]] || die "lab: no quotes or backslashes in --shots: ${lab_option[shots]}"
    for channel in monitor shots; do
        mkfifo "$lab_scratch/$channel".{in,out}
        lab_qemu+=(-chardev "pipe,id=$channel,path=$lab_scratch/$channel")
    done
    lab_qemu+=(-mon "chardev=monitor,mode=control" -device "virtserialport,chardev=shots,name=lab.shots")
    serve_lab_shots &
    lab_shots_pid=$!
}

serve_lab_shots() {
    local name answer
    exec {monitor_in}<>"$lab_scratch/monitor.in" {monitor_out}<>"$lab_scratch/monitor.out"
    exec {shots_in}<>"$lab_scratch/shots.in" {shots_out}<>"$lab_scratch/shots.out"
    ask_monitor '{"execute": "qmp_capabilities"}' >/dev/null
    while read -r -u "$shots_out" name; do
        if [[ ! $name =~ ^[A-Za-z0-9][A-Za-z0-9._-]*$ ]]; then
            answer="a name is letters, digits, dots and dashes"
        else
            answer=$(ask_monitor '{"execute": "screendump", "arguments":
                {"format": "png", "filename": "'"${lab_option[shots]}/$name.png"'"}}')
        fi
        printf '%s\n' "$answer" >&"$shots_in"
    done
}

# ask_monitor JSON: prints ok, or what QEMU's monitor has against it. https://www.qemu.org/docs/master/interop/qmp-spec.html
ask_monitor() {
    local line
    printf '%s\n' "$1" >&"$monitor_in"
    while read -r -t 30 -u "$monitor_out" line; do
        case $line in
            '{"return"'*) echo ok && return ;;
            '{"error"'*) printf '%s\n' "$line" | sed 's/.*"desc": "\([^"]*\)".*/\1/' && return ;;
        esac
    done
    echo "QEMU does not answer"
}

# --- what a run leaves ---------------------------------------------------------------------------------------------

lab_times() {
    local began ended
    began=$(cat "$2/began" 2>/dev/null || true)
    ended=$(cat "$2/ended" 2>/dev/null || true)
    awk -v started="$1" -v now="$EPOCHREALTIME" -v began="$began" -v ended="$ended" 'BEGIN {
        printf "vitrine: lab: %.1f s in all", now - started
        if (began != "") printf ", up after %.1f s", began
        if (ended != "") printf ", command %.1f s", ended - began
        print ""
    }' >&2
}

# Brings back what the guest said and left.
keep_lab_files() {
    local files
    if [[ -n ${lab_option[log]} ]]; then
        mkdir -p "${lab_option[log]}"
        cp "$lab_scratch/console" "${lab_option[log]}/"
        find "$1" \( -name dmesg -o -name problems \) -exec cp -t "${lab_option[log]}" {} +
    fi
    [[ ! -s $1/problems ]] || sed 's/^/vitrine: lab: guest: /' "$1/problems" >&2
    find "$lab_scratch/console" "$1" \( -name console -o -name dmesg \) \
        -exec grep -haE 'BUG:|Oops|WARNING: CPU|Kernel panic' {} + | head -n 5 | sed 's/^/vitrine: lab: kernel: /' >&2 || true
    if [[ -n $(find "$lab_scratch/share" -mindepth 1 -print -quit) ]]; then
        files=$(mktemp -d "${TMPDIR:-/tmp}/vitrine-lab-files.XXXXXX")
        cp -a "$lab_scratch/share/." "$files/"
        say "lab: the command's files are in $files"
    fi
}

end_lab() {
    [[ -z ${lab_shots_pid:-} ]] || kill "$lab_shots_pid" 2>/dev/null || true
    lab_shots_pid=''
    [[ -z ${lab_pid:-} ]] || kill "$lab_pid" 2>/dev/null || true
    rm -rf "$lab_scratch"
}

# --- the commands --------------------------------------------------------------------------------------------------

# Everything a run needs but Vitrine: the default model, the guest, the disks.
set_up_lab() {
    need_model || say "lab: going on without the default model"
    if [[ ${lab_option[display]} == none ]]; then
        build_lab
    else
        build_lab --display
    fi
    build_lab_program
    [[ -z ${lab_option[service]} ]] || build_lab_service
}

# lab_kiosk [OPTION]… [-- OPTION OF vitrine run…]
lab_kiosk() {
    local source='v4l2:/dev/video0?size=640x480&fps=30' present='display:?mode=640x480' seconds=20 out=vitrine-kiosk.png photo='' folder name
    while (($# > 0)); do
        case $1 in
            --) break ;;
            --source | --present | --seconds | --out | --photo)
                (($# > 1)) || die "lab kiosk: $1 takes a value"
                printf -v "${1#--}" %s "$2"
                shift
                ;;
            *) die "lab kiosk: no such option: $1 (options of vitrine run come after --); ./vitrine lab --help has those there are" ;;
        esac
        shift
    done
    [[ $seconds =~ ^[1-9][0-9]{0,3}$ ]] || die "lab kiosk: --seconds takes seconds, not $seconds"
    [[ $out == *.png && -d $(dirname -- "$out") ]] || die "lab kiosk: --out takes a file name that ends in .png in a folder that is there, not $out"
    folder=$(mktemp -d "${TMPDIR:-/tmp}/vitrine-kiosk.XXXXXX")
    if [[ -n $photo ]]; then
        [[ -r $photo ]] || die "lab kiosk: no such file: $photo"
        photo=$(readlink -f -- "$photo")
        # One camera with an HDMI input, and an HDMI output to plug into it.
        lab_option[vivid]='n_devs=1 num_inputs=1 input_types=0x3 num_outputs=1 output_types=0x1 node_types=0x101'
        source='v4l2:/dev/video0?format=NV12'
    fi
    lab_option[display]=cirrus
    lab_option[shots]=$folder
    lab_option[share]=$folder
    lab_option[timeout]=$((seconds + 300))
    lab_command=(bash /lab/control/kiosk "$seconds" --source "$source" --present "$present" "${@:2}")
    need_lab_host
    need_jdk
    build
    if [[ -n $photo ]]; then
        "$JAVA_HOME/bin/java" "$lab_source/Nv12.java" "$photo" 1280 720 "$folder/photo.nv12" || die "lab kiosk: --photo $photo: see above"
    fi
    set_up_lab
    run_lab
    for name in screen console; do
        [[ -e $folder/$name.png ]] || continue
        [[ $name == screen ]] || out=${out%.png}-$name.png
        cp "$folder/$name.png" "$out"
        say "lab: what the screen showed: $out"
    done
    rm -rf "$folder"
    exit "$lab_status"
}

lab() {
    case ${1:-} in
        '' | -h | --help) lab_usage ;;
        kiosk) lab_kiosk "${@:2}" ;;
        build)
            need_lab_host
            build_lab --now "${@:2}"
            ;;
        *)
            parse_lab_options "$@"
            need_lab_host
            need_jdk
            build
            set_up_lab
            run_lab
            exit "$lab_status"
            ;;
    esac
}

# One test that hangs fails alone.
lab_junit=(
    org.junit.platform.console.ConsoleLauncher execute --disable-banner --disable-ansi-colors --details=tree
    --include-engine=junit-jupiter --config=junit.jupiter.execution.timeout.default=5m
)

# test_in_lab [CLASS | CLASS#METHOD | OPTION OF JUNIT'S CONSOLE]…: one JVM in the guest; where all is tested, then a second
# guest, with the service. Exits 0 where something ran and all of it passed.
test_in_lab() {
    local selectors=() word reports=$home/tests/target/lab-reports whole='' passed=0 failed=0 skipped=0 status
    for word in "$@"; do
        case $word in
            -*) selectors+=("$word") ;;
            *'#'*) selectors+=("--select-method=vitrine.tests.lab.$word") ;;
            *) selectors+=("--select-class=vitrine.tests.lab.$word") ;;
        esac
    done
    if ((${#selectors[@]} == 0)); then
        selectors=(--select-package=vitrine.tests.lab)
        whole=yes
    fi
    need_lab_host
    set_up
    build_tests
    rm -rf "$reports"
    mkdir -p "$reports"
    lab_option=([timeout]=1200 [mem]=2800 [vivid]=none [share]=$reports [log]=$reports [display]=vkms [shots]='' [systemd]='' [service]='')
    lab_command=(
        java @/lab/control/java.options -XX:AOTCache=/opt/tests/tests.aot '-Xlog:aot*=off' '-Xlog:cds*=off'
        @/opt/tests/classpath.options "${lab_junit[@]}" --include-tag=lab --reports-dir=. "${selectors[@]}"
    )
    set_up_lab
    build_lab_tests
    [[ -z $whole ]] || build_lab_service
    run_lab "$lab_clone/tests.img"
    status=$lab_status
    count_lab_tests "$reports/TEST-junit-jupiter.xml"
    if [[ -n $whole ]]; then
        lab_option+=([timeout]=600 [vivid]=$lab_vivid [log]=$reports/service [systemd]=yes [service]=yes)
        lab_command=(bash /lab/control/service-test)
        run_lab
        count_lab_checks "$reports/service-checks"
        ((status != 0)) || status=$lab_status
    fi
    echo "$passed passed, $failed failed, $skipped skipped"
    ((passed + failed + skipped > 0)) || say "lab: no test ran"
    ((status == 0 && failed + skipped == 0 && passed > 0)) || exit 1
}

# Both add to passed, failed and skipped.

# count_lab_tests REPORT
count_lab_tests() {
    local tests skips failures errors
    [[ -e $1 ]] || die "lab: JUnit left no report (its status is $lab_status), see above"
    read -r tests skips failures errors < <(
        sed -n 's/.*<testsuite .*tests="\([0-9]*\)" skipped="\([0-9]*\)" failures="\([0-9]*\)" errors="\([0-9]*\)".*/\1 \2 \3 \4/p' "$1"
    )
    passed=$((passed + tests - skips - failures - errors))
    failed=$((failed + failures + errors))
    skipped=$((skipped + skips))
}

# count_lab_checks FILE, of guest/service-test
count_lab_checks() {
    [[ -s $1 ]] || die "lab: the test of the service left no checks (its status is $lab_status), see above"
    passed=$((passed + $(grep -c '^ok ' "$1" || true)))
    failed=$((failed + $(grep -c '^FAIL ' "$1" || true)))
}
