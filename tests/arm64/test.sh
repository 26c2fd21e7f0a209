# shellcheck shell=bash disable=SC2154 # home and cache are the launcher's
# Runs the tests tagged arm64 on an emulated arm64 JVM; sourced by ../../vitrine.
#
# They run in a folder of unpacked Debian packages of two architectures: the JVM and its libraries are arm64's, the
# emulator and the C cross compiler this machine's own, so that the emulated JVM can start them as they are. Packages are
# unpacked and no more: nothing is installed, no maintainer script runs, the kernel learns of no foreign programs (binfmt).

arm64_suite=trixie
arm64_packages=(
    base-files # the links from /bin and /lib to /usr
    qemu-user
    gcc-aarch64-linux-gnu libc6-dev-arm64-cross linux-libc-dev-arm64-cross
    openjdk-25-jre-headless:arm64
    libturbojpeg0:arm64
    libvulkan1:arm64 mesa-vulkan-drivers:arm64 vulkan-validationlayers:arm64
)
arm64_java=/usr/lib/jvm/java-25-openjdk-arm64/bin/java
arm64_seconds=600

# apt-get with package lists, downloads and status of its own, and this machine's mirror, proxy and keys.
arm64_apt() {
    apt-get -q -y -o "Dir::State=$arm64" -o "Dir::State::status=/dev/null" -o "Dir::Cache=$arm64" \
        -o "Dir::Etc::sourcelist=$arm64/sources.list" -o Dir::Etc::sourceparts=/dev/null \
        -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=/dev/null \
        -o "APT::Architectures::=$(dpkg --print-architecture)" -o APT::Architectures::=arm64 \
        -o APT::Install-Recommends=false -o Acquire::Languages=none -o Acquire::Retries=3 "$@"
}

# Prints the packages to unpack, those needed by the named ones included: name, version, architecture.
arm64_plan() {
    arm64_apt -s install "${arm64_packages[@]}" |
        sed -n 's/^Inst \([^ :]*\)[^ ]* (\([^ ]*\) .*\[\([a-z0-9]*\)\].*/\1 \2 \3/p' | sort
}

# arm64_unpack ROOT: the packages in $arm64/archives, base-files first
arm64_unpack() {
    local package
    mkdir -p "$1"
    for package in "$arm64"/archives/{base-files_*,*}.deb; do
        dpkg-deb --fsys-tarfile "$package" | tar -x -C "$1" --keep-directory-symlink \
            --exclude='./usr/share/doc/*' --exclude='./usr/share/man/*' --exclude='./usr/share/locale/*'
    done
    find "$1/usr/bin" -name 'qemu-*' ! -name qemu-aarch64 -delete
    mkdir "$1/vitrine" "$1/repository"
}

# Makes the folder, or makes it anew when a package or the way of unpacking has changed.
arm64_prepare() {
    local mirror key lock plan signed='' keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    arm64=$cache/arm64
    mkdir -p "$arm64"/{lists,archives}/partial
    exec {lock}>"$arm64/lock"
    flock "$lock"
    need_package_lists
    mirror=$(debian_mirror)
    [[ -n $mirror ]] || die "test --arm64: found no Debian archive in this machine's apt configuration"
    [[ ! -e $keyring ]] || signed="[signed-by=$keyring] "
    echo "deb $signed$mirror $arm64_suite main" >"$arm64/sources.list"
    if ! arm64_apt update >"$arm64/apt.log" 2>&1; then
        [[ -e $arm64/root/key ]] || arm64_apt_failed
        say "arm64: the archive cannot be read; going on with what is unpacked"
        return
    fi
    plan=$(arm64_plan 2>"$arm64/apt.log") || arm64_apt_failed
    key=$({ echo "$plan" && declare -f arm64_unpack; } | sha256sum)
    if [[ $(cat "$arm64/root/key" 2>/dev/null) != "$key" ]]; then
        say "arm64: unpacking $(wc -l <<<"$plan") packages of Debian $arm64_suite below $arm64"
        arm64_apt --download-only install "${arm64_packages[@]}" >"$arm64/apt.log" 2>&1 || arm64_apt_failed
        rm -rf --one-file-system "$arm64/root" "$arm64/part"
        arm64_unpack "$arm64/part"
        echo "$key" >"$arm64/part/key"
        mv "$arm64/part" "$arm64/root"
        arm64_apt clean
    fi
    exec {lock}>&-
}

arm64_apt_failed() {
    tail -n 20 "$arm64/apt.log" >&2
    die "test --arm64: apt-get failed, see above"
}

# arm64_shell COMMAND…: runs it in the folder, which sees the tree as /vitrine and Maven's repository as /repository
arm64_shell() {
    local namespace=(--mount)
    ((UID == 0)) || namespace+=(--map-root-user)
    # shellcheck disable=SC2016 # the inner shell's own parameters
    timeout --kill-after=10 "$arm64_seconds" unshare "${namespace[@]}" bash -euc '
        root=$1
        mount --rbind /proc "$root/proc"
        mount --rbind /dev "$root/dev"
        mount -t tmpfs tmpfs "$root/tmp"
        mount -o bind,ro "$2" "$root/vitrine"
        mount -o bind,ro "$3" "$root/repository"
        exec env -i PATH=/usr/sbin:/usr/bin HOME=/tmp LC_ALL=C.UTF-8 chroot "$root" "${@:4}"
    ' bash "$arm64/root" "$home" "$arm64_repository" "$@" </dev/null
}

# arm64_count WORDS LOG: the sum of these lines of JUnit's summary
arm64_count() {
    sed -nE "s/^\[ +([0-9]+) ($1) +\]$/\1/p" "$2" | awk '{sum += $1} END {print sum + 0}'
}

test_on_arm64() {
    local classpath status=0 log passed failed skipped folders
    [[ $(uname -m) != aarch64 ]] || die "this machine is arm64: ./vitrine test runs these tests as they are"
    command -v apt-get >/dev/null || die "test --arm64 needs apt-get: it runs on Debian packages"
    need_jdk
    need_maven
    arm64_prepare

    say "arm64: compiling"
    # The shaders are compiled by this machine's compiler, the libraries that run there are arm64's.
    if ! maven -q -pl tests -am test-compile -Dspotless.check.skip >"$arm64/build.log" 2>&1 ||
        ! maven -q -pl tests -am test-compile dependency:build-classpath -Dmdep.outputFile=target/arm64.classpath \
            -Dmdep.includeScope=test -Dspotless.check.skip \
            -Dlwjgl.natives=natives-linux-arm64 -Djavacpp.platform=linux-arm64 >>"$arm64/build.log" 2>&1; then
        cat "$arm64/build.log" >&2
        die "test --arm64: the build failed, see above"
    fi
    classpath=$(cat "$home/tests/target/arm64.classpath")
    arm64_repository=${classpath%%/org/junit/platform/*}
    arm64_repository=${arm64_repository##*:}
    classpath=${classpath//"$home"//vitrine}
    classpath=${classpath//"$arm64_repository"//repository}
    folders=$(cd -- "$home" && printf '/vitrine/%s:' */target/test-classes)
    classpath=$folders$(cd -- "$home" && printf '/vitrine/%s:' */target/classes)$classpath

    log=$arm64/junit.log
    say "arm64: running the tests on an emulated JVM"
    # C1 alone starts fastest where every instruction is translated. The JVM's own spawn helper is an arm64 program, which
    # the kernel cannot start: hence FORK. Tests tagged jit measure what C2 makes of the code, slowly here.
    arm64_shell /usr/bin/qemu-aarch64 "$arm64_java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx512m \
        --enable-native-access=ALL-UNNAMED -Djava.awt.headless=true \
        -Djdk.lang.Process.launchMechanism=FORK \
        -Dvitrine.test.cc=aarch64-linux-gnu-gcc -Dvitrine.test.runner=/usr/bin/qemu-aarch64 \
        -cp "$classpath" org.junit.platform.console.ConsoleLauncher execute \
        --scan-classpath="${folders%:}" --include-engine junit-jupiter --include-tag arm64 --exclude-tag jit \
        --disable-banner --disable-ansi-colors --details-theme=ascii |
        tee "$log" || status=$?

    ((status != 124 && status != 137)) || say "arm64: not done after $arm64_seconds s"
    passed=$(arm64_count 'tests successful' "$log")
    failed=$(arm64_count '(tests|containers) failed' "$log")
    skipped=$(arm64_count '(tests|containers) (aborted|skipped)' "$log")
    # What broke off before a test could fail has failed all the same.
    ((status == 0 || failed > 0)) || failed=1
    echo "$passed passed, $failed failed, $skipped skipped"
    ((status == 0 && passed > 0 && failed == 0 && skipped == 0))
}
