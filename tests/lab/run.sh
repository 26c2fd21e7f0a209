# shellcheck shell=bash disable=SC2154 # home, cache and java_needs are the launcher's; lab is build.sh's
# Boots the guest and runs a command in it; sourced by ../../vitrine after build.sh.

lab_usage() {
    cat <<'END'
usage: ./vitrine lab [OPTIONS] -- COMMAND…
       ./vitrine lab build [--display]

Runs COMMAND with sh in a QEMU guest that has V4L2 (vivid), dma-heap, udmabuf, lavapipe and this tree's `vitrine`; prints
its output and exits with its status, 124 after the time limit, 125 where the lab itself failed. One argument is shell
text, several are one command line. It runs as root in a fresh folder; what it leaves there is kept and named at the end.

  --share DIR        run in DIR, read and written, instead of a fresh folder
  --timeout S        time limit, 300 else
  --mem MIB          memory of the guest, 3072 else
  --vivid PARAMS     parameters of vivid, or none to leave it out; else /dev/video0 is a webcam (single-planar API) and
                     /dev/video1 an HDMI input (multi-planar API)
  --display          also vkms, a KMS display in software, as /dev/dri/card0; the first time builds it
  --log DIR          keep the console and the kernel's messages in DIR
END
}

lab_vivid='n_devs=2 multiplanar=1,2 num_inputs=1,1 input_types=0x0,0x3 node_types=0x1,0x1 vid_cap_nr=0,1'

# C1 alone starts fastest where every instruction is translated.
lab_java_options=(
    -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xshare:auto
    -Dorg.bytedeco.javacpp.cachedir=/opt/vitrine/natives/javacpp
    -Dorg.lwjgl.librarypath=/opt/vitrine/natives/lwjgl
)

# --- Vitrine in the guest ------------------------------------------------------------------------------------------

# Jars and natives on a disk of their own: 9p is slow for classes, and nothing is unpacked in the guest.
build_program() {
    local tree=$lab/program.tree target=$home/tools/target file
    rm -rf "$tree"
    mkdir -p "$tree"/{bin,natives/javacpp,natives/lwjgl}
    cp "$target/vitrine.jar" "$tree/"
    cp -r "$target/lib" "$tree/lib"
    install -m 755 "$lab_source/guest/vitrine" "$tree/bin/"
    # JavaCPP takes an unpacked library whose size and time are those in the jar.
    for file in "$target"/lib/{javacpp,openblas,opencv}-*-linux-x86_64.jar; do
        mkdir "$tree/natives/javacpp/${file##*/}"
        (cd "$tree/natives/javacpp/${file##*/}" && TZ=UTC "$JAVA_HOME/bin/jar" -xf "$file" org)
    done
    mkdir "$tree/unpacked"
    for file in "$target"/lib/lwjgl-*-natives-linux.jar; do
        (cd "$tree/unpacked" && "$JAVA_HOME/bin/jar" -xf "$file")
    done
    find "$tree/unpacked" -name '*.so' -exec mv -t "$tree/natives/lwjgl" {} +
    rm -r "$tree/unpacked"
    make_image "$tree" "$lab/program.img" 800
    rm -rf "$tree"
}

# Names, sizes and times of files.
files_key() {
    find "$@" -type f -printf '%p %s %T@\n' | sort
}

build_lab_program() {
    exec {lab_lock}>"$lab/lock"
    flock "$lab_lock"
    lab_step program "$lab/program.img" < <(files_key "$home/tools/target/vitrine.jar" "$home/tools/target/lib" "$lab_source/guest/vitrine" &&
        declare -f build_program make_image)
    exec {lab_lock}>&-
}

# --- the guest -----------------------------------------------------------------------------------------------------

# lab_folder TAG PATH [OPTION]: arguments of QEMU
lab_folder() {
    [[ $2 != *,* ]] || die "lab: QEMU shares no folder with a comma in its path: $2"
    lab_qemu+=(-virtfs "local,id=$1,path=$2,mount_tag=$1,security_model=none,multidevs=remap${3:-}")
}

lab_disk() {
    lab_qemu+=(-drive "file=$1,format=raw,if=virtio,snapshot=on")
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

declare -A lab_option=([timeout]=300 [mem]=3072 [vivid]=$lab_vivid [share]='' [log]='' [display]='')

# Reads OPTIONS -- COMMAND… into lab_option and lab_command.
parse_lab_options() {
    local option
    while (($# > 0)); do
        option=${1#--}
        case $1 in
            --) break ;;
            --display) lab_option[display]=yes ;;
            --share | --timeout | --mem | --vivid | --log)
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
    if [[ -n ${lab_option[share]} ]]; then
        [[ -d ${lab_option[share]} ]] || die "lab: no such folder: ${lab_option[share]}"
        lab_option[share]=$(cd -- "${lab_option[share]}" && pwd)
    fi
}

# run_lab [DISK…]: lab_command in a guest that is built, with these images behind its own. Sets lab_status.
run_lab() {
    case ${1:-} in
        '' | -h | --help) lab_usage ;;
        build) build_lab --now "${@:2}" ;;
        *)
            parse_lab_options "$@"
            set_up_lab ${lab_option[display]:+--display}
            run_lab
            exit "$lab_status"
            ;;
    esac
}
