# shellcheck shell=bash disable=SC2154 # home and cache are the launcher's
# Builds the Raspberry Pi 5's Vulkan driver, Mesa's v3dv, for this machine, with Mesa's no-op device below it: true in
# limits, formats and compiled shaders, while nothing is executed. Sourced by ../../vitrine after tests/lab/build.sh,
# whose steps it uses. The sources are Debian's, of the version that a Pi runs; the compiler is this machine's release's.

pi5=${VITRINE_PI5:-$cache/pi5}
pi5_source=$home/tests/pi5
pi5_mesa_suite=trixie

pi5_host_packages=(mmdebstrap xz-utils debian-archive-keyring libvulkan1 libdrm2 libzstd1 zlib1g)
pi5_tools=(
    dpkg-dev patch g++ ninja-build pkg-config bison flex python3-mako python3-yaml python3-packaging
    libdrm-dev libexpat1-dev zlib1g-dev libzstd-dev libudev-dev glslang-tools
)
pi5_options=(
    -Dbuildtype=release -Dvulkan-drivers=broadcom -Dgallium-drivers= -Dtools=drm-shim -Dplatforms= -Dopengl=false
    -Dgles1=disabled -Dgles2=disabled -Degl=disabled -Dglx=disabled -Dgbm=disabled -Dllvm=disabled -Dxmlconfig=disabled
    -Dvulkan-layers= -Dvideo-codecs= -Dvalgrind=disabled -Dlibunwind=disabled
)

need_pi5_host() {
    local release
    release=$(release_codename)
    [[ $(uname -m) == x86_64 ]] || die "pi5: the driver is built for amd64 and this machine is $(uname -m); run it on an amd64 machine"
    [[ $release == bookworm || $release == trixie ]] || die "pi5: the driver is built out of Debian packages; use Debian 12 or 13"
    ((UID == 0)) || die "pi5: building the driver needs root, once: sudo $0 pi5 build"
    need_packages_and_keyring "${pi5_host_packages[@]}"
}

# Asks the mirror at most once a day for Mesa's version; without it goes on with what is there.
resolve_pi5_version() {
    local lab=$pi5 mirror version
    [[ ! -s $pi5/version || -z $(find "$pi5/version" -mmin -1440) ]] || return 0
    write_apt_sources pi5 "$pi5_mesa_suite"
    echo "$mirror" >"$pi5/mirror"
    if lab_source_apt update >"$pi5/log/version.log" 2>&1 &&
        version=$(lab_source_apt --print-uris --download-only source mesa 2>>"$pi5/log/version.log" |
            sed -n "s/.* mesa_\([^ ]*\)\.dsc .*/\1/p") && [[ -n $version ]]; then
        echo "$version" >"$pi5/version"
    elif [[ -s $pi5/version ]]; then
        say "pi5: the mirror does not answer ($pi5/log/version.log); going on with what is there"
    else
        tail -n 20 "$pi5/log/version.log" >&2
        die "pi5: $mirror does not say which Mesa $pi5_mesa_suite has, see above"
    fi
}

# Mesa 25 needs a newer meson than Debian 12 has.
pi5_meson() {
    case $1 in
        bookworm) echo meson/bookworm-backports ;;
        *) echo meson ;;
    esac
}

# pi5_bootstrap DIR RELEASE: the compiler
pi5_bootstrap() {
    # shellcheck disable=SC2034 # lab_bootstrap's
    local lab=$pi5/tools lab_suite=$2
    lab_bootstrap "$1" "$(pi5_meson "$2")" "${pi5_tools[@]}"
}

build_pi5_driver() {
    local tree=$pi5/driver.tree release mirror
    release=$(release_codename)
    mirror=$(cat "$pi5/mirror")
    rm -rf --one-file-system "$tree" "$pi5/mesa"
    mkdir -p "$pi5/mesa" "$pi5/tools/apt"
    # shellcheck disable=SC2034 # lab_source_apt's
    (lab=$pi5 && cd "$pi5/mesa" && lab_source_apt source --download-only "mesa=$(cat "$pi5/version")")
    {
        echo "deb [signed-by=$lab_keyring] $mirror $release main"
        [[ $release != bookworm ]] || echo "deb [signed-by=$lab_keyring] $mirror $release-backports main"
    } >"$pi5/tools/apt/sources.list"
    pi5_bootstrap "$tree" "$release"
    mv "$pi5/mesa" "$tree/mesa"
    chroot "$tree" sh -euc 'cd /mesa && dpkg-source --no-check -x mesa_*.dsc source'
    patch -d "$tree/mesa/source" -p1 <"$pi5_source/mesa-v3d-noop.patch"
    # shellcheck disable=SC2016 # the inner shell's variables
    chroot "$tree" env LC_ALL=C.UTF-8 sh -euc '
        driver=src/broadcom/vulkan/libvulkan_broadcom.so
        device=src/broadcom/drm-shim/libv3d_noop_drm_shim.so
        cd /mesa/source
        meson setup build "$@"
        nice -n 10 ninja -C build "$driver" "$device"
        strip -o /mesa/libvulkan_broadcom.so "build/$driver"
        strip -o /mesa/libv3d_noop_drm_shim.so "build/$device"' sh "${pi5_options[@]}"
    printf '{"file_format_version": "1.0.0", "ICD": {"library_path": "%s", "api_version": "1.3.305"}}\n' \
        "$pi5/libvulkan_broadcom.so" >"$pi5/broadcom_icd.json"
    mv "$tree/mesa/libv3d_noop_drm_shim.so" "$tree/mesa/libvulkan_broadcom.so" "$pi5/"
    rm -rf --one-file-system "$tree" "$pi5/tools"
}

build_pi5() {
    local lock
    need_pi5_host
    mkdir -p "$pi5"/{keys,log}
    exec {lock}>"$pi5/lock"
    if ! flock -n "$lock"; then
        say "pi5: waiting for another build in $pi5"
        flock "$lock"
    fi
    resolve_pi5_version
    lab_step "$pi5" pi5_driver libvulkan_broadcom.so < <(cat "$pi5/version" "$pi5_source/mesa-v3d-noop.patch" && release_codename &&
        declare -p pi5 pi5_tools pi5_options && declare -f build_pi5_driver pi5_bootstrap)
    exec {lock}>&-
}

# The environment of a program that finds the Pi's driver and no other. Its compiler says nothing of cached shaders.
pi5_environment() {
    printf '%s\n' "LD_PRELOAD=$pi5/libv3d_noop_drm_shim.so" "VK_DRIVER_FILES=$pi5/broadcom_icd.json" \
        MESA_SHADER_CACHE_DISABLE=1
}

# From here on this process and what it starts find the Pi's driver.
run_on_pi5() {
    local variables
    build_pi5
    mapfile -t variables < <(pi5_environment)
    export "${variables[@]}"
}

# The tests tagged pi5, in a JVM that finds the Pi's driver only.
test_on_pi5() {
    local variables
    set_up "${test_packages[@]}"
    build_tests
    build_pi5
    mapfile -t variables < <(pi5_environment)
    env "${variables[@]}" "$JAVA_HOME/bin/java" "${java_options[@]}" -ea -cp "$home/tests/target/test-classes:$jar:$home/tests/target/lib/*" \
        org.junit.platform.console.ConsoleLauncher execute --disable-banner --disable-ansi-colors --details=tree \
        --details-theme=ascii --include-engine=junit-jupiter --include-tag=pi5 --fail-if-no-tests \
        --config=junit.jupiter.execution.timeout.default=5m --scan-classpath="$home/tests/target/test-classes"
}

# pi5 build | -- COMMAND…
pi5_command() {
    case ${1:-} in
        build)
            (($# == 1)) || die "pi5 build takes no arguments"
            build_pi5
            say "pi5: Mesa $(cat "$pi5/version") is in $pi5"
            ;;
        --)
            (($# > 1)) || die "pi5 -- needs a command to run on the Pi's driver, such as: $0 pi5 -- $0 list gpus"
            run_on_pi5
            "${@:2}"
            ;;
        *) die "usage: $0 pi5 build | $0 pi5 -- COMMAND…" ;;
    esac
}
