# shellcheck shell=bash disable=SC2154 # home, state and cache are the launcher's
# Builds the guest out of Debian packages; sourced by ../../vitrine after packaging/setup.sh. A step is skipped while its
# output is there and its key, the versions of packages and the text of scripts, is the same.

lab=${VITRINE_LAB:-$cache/lab}
# shellcheck disable=SC2034 # run.sh's
lab_clone=$state/lab # what is of this clone: disks with its jars
lab_source=$home/tests/lab
lab_suite=trixie

lab_host_packages=(qemu-system-x86 mmdebstrap e2fsprogs cpio zstd xz-utils debian-archive-keyring)

lab_guest_packages=(
    linux-image-amd64 kmod udev systemd busybox-static util-linux procps strace
    mesa-vulkan-drivers libvulkan1 vulkan-validationlayers vulkan-tools
    v4l-utils libturbojpeg0
    openjdk-25-jre-headless libstdc++6
)

# Older ones lack this suite's key.
lab_keyring_needed=2023.3+deb12u2
lab_keyring=/usr/share/keyrings/debian-archive-keyring.gpg

# need_packages_and_keyring PACKAGE…: these, and a keyring that is new enough.
need_packages_and_keyring() {
    local missing
    mapfile -t missing < <(missing_packages "$@")
    ((${#missing[@]} == 0)) || install_packages "${missing[@]}"
    # shellcheck disable=SC2016 # dpkg's own format
    if dpkg --compare-versions "$(dpkg-query -W -f '${Version}' debian-archive-keyring)" lt "$lab_keyring_needed"; then
        install_packages debian-archive-keyring
    fi
}

need_lab_host() {
    [[ $(uname -m) == x86_64 ]] || die "lab: the guest is an amd64 one and this machine is $(uname -m); run it on an amd64 machine"
    ((UID == 0)) || die "lab: building and running the guest needs root: sudo $0 lab"
    command -v apt-get >/dev/null || die "lab: it is built out of Debian packages and this system has no apt-get; use Debian 12 or 13"
    need_packages_and_keyring "${lab_host_packages[@]}"
    mkdir -p "$lab"/{keys,log}
    # One at a time builds; run_lab lets go of it.
    exec {lab_lock}>"$lab/lock"
    if ! flock -n "$lab_lock"; then
        say "lab: waiting for another build in $lab"
        flock "$lab_lock"
    fi
}

# --- which versions there are --------------------------------------------------------------------------------------

# apt with lists of its own, as if nothing were installed.
lab_apt() {
    apt-get -o "Dir::State=$lab/apt" -o "Dir::Cache=$lab/apt" -o Dir::State::status=/dev/null \
        -o "Dir::Etc::SourceList=$lab/apt/sources.list" -o Dir::Etc::SourceParts=/dev/null \
        -o Dir::Etc::PreferencesParts=/dev/null -o APT::Architecture=amd64 -o APT::Architectures=amd64 "$@"
}

# The same for source packages.
lab_source_apt() {
    sed 's/^deb /deb-src /' "$lab/apt/sources.list" >"$lab/apt/source-packages.list"
    mkdir -p "$lab/apt/source-lists/partial"
    lab_apt -o "Dir::Etc::SourceList=$lab/apt/source-packages.list" -o "Dir::State::Lists=$lab/apt/source-lists" "$@"
}

# write_apt_sources NAME SUITE: the mirror of this machine's apt, with the suite, as lab_apt's sources; NAME for messages.
# Sets mirror.
write_apt_sources() {
    need_package_lists
    mirror=$(debian_mirror)
    # The guest's apt does not see the file that a cloud image lists its mirrors in.
    [[ $mirror != mirror+file:* ]] || mirror=$(awk '/^[a-z]+:/ {print $1; exit}' "${mirror#mirror+file:}")
    [[ -n $mirror ]] || die "$1: apt knows no Debian mirror; add one to /etc/apt/sources.list, then: apt-get update"
    mkdir -p "$lab/apt/lists/partial" "$lab/apt/archives/partial"
    echo "deb [signed-by=$lab_keyring] $mirror $2 main" >"$lab/apt/sources.list"
}

# Asks the mirror at most once a day, unless told to; without it goes on with what is there.
resolve_lab_versions() {
    local mirror started=$SECONDS known='' wanted="wanted: ${lab_guest_packages[*]}"
    [[ ! -s $lab/versions || $(head -n 1 "$lab/versions") != "$wanted" ]] || known=yes
    if [[ -n $known && ${1:-} != --now && -n $(find "$lab/versions" -mmin -1440) ]]; then
        return
    fi
    write_apt_sources lab "$lab_suite"
    if lab_apt update >"$lab/log/versions.log" 2>&1 &&
        lab_apt -s install --no-install-recommends "${lab_guest_packages[@]}" >"$lab/apt/plan" 2>>"$lab/log/versions.log"; then
        {
            echo "$wanted"
            sed -n 's/^Inst \([^ ]*\) (\([^ ]*\) .*/\1 \2/p' "$lab/apt/plan" | sort
        } >"$lab/versions"
        say "lab: $lab_suite has kernel $(lab_version linux-image-amd64), Mesa $(lab_version mesa-vulkan-drivers)," \
            "JDK $(lab_version openjdk-25-jre-headless); asked in $((SECONDS - started)) s"
    elif [[ -n $known ]]; then
        say "lab: the mirror does not answer ($lab/log/versions.log); going on with what is there"
    else
        tail -n 20 "$lab/log/versions.log" >&2
        die "lab: the packages of $lab_suite cannot be resolved from $mirror, see above"
    fi
}

lab_version() {
    sed -n "s/^$1 //p" "$lab/versions"
}

# --- steps ---------------------------------------------------------------------------------------------------------

key_of() {
    sha256sum | cut -c1-32
}

# lab_step FOLDER NAME OUTPUT: runs build_NAME unless FOLDER/OUTPUT was made from the key on standard input.
lab_step() {
    local folder=$1 name=$2 key started=$SECONDS status=0
    local output=$1/$3 kept=$1/keys/$2 log=$1/log/$2.log
    key=$(key_of)
    if [[ -e $output && $(cat "$kept" 2>/dev/null) == "$key" ]]; then
        return
    fi
    say "lab: building ${name//_/ }"
    mkdir -p "$folder"/{keys,log}
    rm -f "$kept"
    # In a condition, set -e would be off inside.
    set +e
    (
        set -e
        "build_$name"
    ) </dev/null >"$log" 2>&1
    status=$?
    set -e
    if ((status != 0)) || [[ ! -e $output ]]; then
        tail -n 25 "$log" >&2
        die "lab: building ${name//_/ } failed, see above or $log"
    fi
    echo "$key" >"$kept"
    say "lab: ${name//_/ } took $((SECONDS - started)) s"
}

# lab_bootstrap DIR PACKAGE…
lab_bootstrap() {
    local dir=$1 packages
    shift
    packages=$(IFS=,; echo "$*")
    # The download settings are those of this machine's apt.
    apt-config dump --format '%F "%v";%n' Acquire |
        grep -vE '::(IndexTargets|Changelogs|Languages|CompressionTypes)|^Acquire "' >"$lab/apt/apt.conf"
    echo 'APT::Install-Recommends "false";' >>"$lab/apt/apt.conf"
    rm -rf --one-file-system "$dir" "$dir.part"
    # shellcheck disable=SC2016 # the hook's own variable
    INITRD=No mmdebstrap --mode=root --variant=minbase --format=directory --aptopt="$lab/apt/apt.conf" \
        --dpkgopt=force-unsafe-io --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
        --dpkgopt='path-exclude=/usr/share/locale/*' --essential-hook='mkdir -p "$1/usr/share/man/man1"' \
        --include="$packages" "$lab_suite" "$dir.part" "$(cat "$lab/apt/sources.list")"
    mv "$dir.part" "$dir"
}

build_rootfs() {
    lab_bootstrap "$lab/rootfs" "${lab_guest_packages[@]}"
    cp "$lab_source/guest/udev.rules" "$lab/rootfs/etc/udev/rules.d/99-vitrine-lab.rules"
    # lavapipe alone, or the loader tries the drivers of hardware first.
    find "$lab/rootfs/usr/share/vulkan/icd.d" -type f ! -name 'lvp_*' -delete
    echo lab >"$lab/rootfs/etc/hostname"
    echo '127.0.0.1 localhost lab' >"$lab/rootfs/etc/hosts"
    mkdir -p "$lab/rootfs/lab" "$lab/rootfs/opt"/{vitrine,tests,display}
}

lab_kernel() {
    basename -- "$lab"/rootfs/lib/modules/*
}

# busybox and the modules that lead to the root file system; Debian's own initramfs is 15 times as large.
build_initramfs() {
    local kernel tree module name
    kernel=$(lab_kernel)
    tree=$lab/initramfs.tree
    rm -rf "$tree"
    mkdir -p "$tree"/{bin,proc,sys,dev,image,layer,memory,root,modules}
    cp "$lab/rootfs/bin/busybox" "$tree/bin/"
    for name in sh mount insmod switch_root mkdir sleep; do
        ln -s busybox "$tree/bin/$name"
    done
    for name in virtio_pci virtio_blk virtio_console virtio_rng ext4 crc32c_generic overlay 9p 9pnet_virtio; do
        chroot "$lab/rootfs" modprobe -S "$kernel" --show-depends "$name"
    done | awk '$1 == "insmod" && !seen[$2]++ {print $2}' >"$tree/paths"
    while read -r module; do
        name=$(basename "$module" .xz)
        if [[ $module == *.xz ]]; then
            xz -dc "$lab/rootfs$module" >"$tree/modules/$name"
        else
            cp "$lab/rootfs$module" "$tree/modules/$name"
        fi
        echo "$name" >>"$tree/modules/order"
    done <"$tree/paths"
    install -m 755 "$lab_source/guest/initramfs" "$tree/init"
    (cd "$tree" && find . | cpio -o -H newc --quiet | zstd -q -9) >"$lab/initramfs.part"
    cp "$lab/rootfs/boot/vmlinuz-$kernel" "$lab/vmlinuz"
    mv "$lab/initramfs.part" "$lab/initramfs"
    rm -rf "$tree"
}

# make_image FOLDER FILE MIB
make_image() {
    rm -f "$2.part"
    mke2fs -q -t ext4 -O ^has_journal -m 0 -E lazy_itable_init=1,root_owner=0:0 -d "$1" "$2.part" "$3M"
    mv "$2.part" "$2"
}

build_image() {
    make_image "$lab/rootfs" "$lab/rootfs.img" 2500
}

lab_kernel_source() {
    lab_kernel | sed 's/^\([0-9]*\.[0-9]*\).*/linux-source-\1/'
}

# --- the display ---------------------------------------------------------------------------------------------------

# Compilers come and go with what they build: one is a gigabyte.

# A display in software, which Debian's kernel leaves out.
build_vkms() {
    local kernel tree=$lab/vkms.tree
    kernel=$(lab_kernel)
    lab_bootstrap "$tree" gcc libc6-dev make "linux-headers-$kernel" "$(lab_kernel_source)"
    mkdir "$tree/vkms"
    tar -C "$tree/vkms" --wildcards --strip-components=5 \
        -xf "$tree/usr/src/$(lab_kernel_source).tar.xz" '*/drivers/gpu/drm/vkms'
    chroot "$tree" make -C "/lib/modules/$kernel/build" M=/vkms CONFIG_DRM_VKMS=m modules
    chroot "$tree" strip --strip-debug /vkms/vkms.ko
    cp "$tree/vkms/vkms.ko" "$lab/vkms.ko"
    rm -rf --one-file-system "$tree"
}

lab_mesa_tools=(
    dpkg-dev patch g++ meson ninja-build pkg-config bison flex python3-mako python3-yaml python3-packaging
    llvm-19-dev libdrm-dev libelf-dev zlib1g-dev libzstd-dev libexpat1-dev libudev-dev glslang-tools spirv-tools
)
lab_mesa_options=(
    -Dbuildtype=release -Db_ndebug=true -Dplatforms= -Dvulkan-drivers=swrast -Dgallium-drivers=llvmpipe
    -Dllvm=enabled -Dshared-llvm=enabled -Dvulkan-layers= -Dvideo-codecs= -Dglx=disabled -Degl=disabled -Dgbm=disabled
    -Dopengl=false -Dgles1=disabled -Dgles2=disabled -Dgallium-va=disabled -Dgallium-vdpau=disabled -Dvalgrind=disabled
    -Dlibunwind=disabled
)

# Mesa's source of the version that the guest has, with a display for lavapipe; Debian's own has none.
build_lavapipe() {
    local tree=$lab/lavapipe.tree version
    version=$(lab_version mesa-vulkan-drivers | sed 's/+b[0-9]*$//')
    lab_bootstrap "$tree" "${lab_mesa_tools[@]}"
    mkdir "$tree/mesa"
    (cd "$tree/mesa" && lab_source_apt update && lab_source_apt source --download-only "mesa=$version")
    chroot "$tree" sh -euc 'cd /mesa && dpkg-source --no-check -x mesa_*.dsc source'
    patch -d "$tree/mesa/source" -p1 <"$lab_source/mesa-lavapipe-display.patch"
    # shellcheck disable=SC2016 # the inner shell's variables
    chroot "$tree" env LC_ALL=C.UTF-8 sh -euc '
        driver=src/gallium/targets/lavapipe/libvulkan_lvp.so
        cd /mesa/source
        meson setup build "$@"
        nice -n 10 ninja -C build "$driver"
        strip -o /mesa/libvulkan_lvp.so "build/$driver"' sh "${lab_mesa_options[@]}"
    mv "$tree/mesa/libvulkan_lvp.so" "$lab/libvulkan_lvp.so"
    rm -rf --one-file-system "$tree"
}

# What only a guest with a display needs, as a disk.
build_display_image() {
    local tree=$lab/display.tree
    rm -rf "$tree"
    mkdir "$tree"
    cp "$lab/vkms.ko" "$lab/libvulkan_lvp.so" "$tree/"
    sed 's|"library_path": "[^"]*"|"library_path": "/opt/display/libvulkan_lvp.so"|' \
        "$lab"/rootfs/usr/share/vulkan/icd.d/lvp_* >"$tree/lvp_icd.json"
    grep -q /opt/display "$tree/lvp_icd.json"
    make_image "$tree" "$lab/display.img" 32
    rm -rf "$tree"
}

# build_lab [--display] [--now]
build_lab() {
    local display='' now='' option
    for option in "$@"; do
        case $option in
            --display) display=yes ;;
            --now) now=--now ;;
            *) die "lab build takes only --display, not $option" ;;
        esac
    done
    resolve_lab_versions $now
    lab_step "$lab" rootfs rootfs/opt/vitrine < <(cat "$lab/versions" "$lab_source/guest/udev.rules" && declare -f build_rootfs lab_bootstrap)
    lab_step "$lab" initramfs initramfs < <(cat "$lab/keys/rootfs" "$lab_source/guest/initramfs" && declare -f build_initramfs)
    lab_step "$lab" image rootfs.img < <(cat "$lab/keys/rootfs" && declare -f build_image make_image)
    if [[ -n $display ]]; then
        lab_step "$lab" vkms vkms.ko < <(lab_kernel && declare -f build_vkms lab_kernel_source lab_bootstrap)
        lab_step "$lab" lavapipe libvulkan_lvp.so < <(lab_version mesa-vulkan-drivers && cat "$lab_source/mesa-lavapipe-display.patch" &&
            declare -p lab_mesa_tools lab_mesa_options && declare -f build_lavapipe)
        lab_step "$lab" display_image display.img < <(cat "$lab/keys"/{rootfs,vkms,lavapipe} && declare -f build_display_image make_image)
    fi
}
