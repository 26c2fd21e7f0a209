# shellcheck shell=bash disable=SC2154 # cache is the launcher's
# Sets a Debian machine up for Vitrine; sourced by ../vitrine, which gives say, die and cache. Idempotent, asks nothing,
# prints what it installs. Without root it prints the commands to run and stops.

# What the pipeline, its validation and the window tests load at run time. LWJGL, OpenCV, freetype and harfbuzz come
# with their natives in jars.
packages=(
    libvulkan1
    vulkan-validationlayers
    libstdc++6
    ffmpeg
    # Pictures of MJPG webcams.
    libturbojpeg0
    # GLFW loads these by name: X11, then Wayland.
    libx11-6 libx11-xcb1 libxcursor1 libxext6 libxi6 libxinerama1 libxrandr2 libxrender1 libxxf86vm1
    libwayland-client0 libwayland-cursor0 libwayland-egl1 libxkbcommon0
    xvfb
)

# What the tests need besides: they hold Java's numbers against C's headers.
# shellcheck disable=SC2034 # the launcher's
test_packages=(gcc libc6-dev linux-libc-dev)

# The first Mesa whose software driver imports dma-bufs.
mesa_needed=25

apt_install="sudo DEBIAN_FRONTEND=noninteractive apt-get install -y --no-remove --no-install-recommends"

# Runs command lines, written with sudo, as root. Where there is no way to be root: prints them all and stops.
as_root() {
    local line
    if ((UID != 0)) && ! sudo -n true 2>/dev/null; then
        say "set-up needs root. Run this, then the same command again:"
        printf '    %s\n' "$@" >&2
        exit 1
    fi
    ((UID == 0)) || say "set-up: using sudo"
    mkdir -p "$cache"
    for line in "$@"; do
        ((UID != 0)) || line=${line//sudo /}
        if ! bash -c "$line" </dev/null >"$cache/setup.log" 2>&1; then
            # One source that cannot be read is no harm while the packages can be had.
            [[ $line != *"apt-get update" ]] || continue
            cat "$cache/setup.log" >&2
            die "set-up: failed, see above: $line"
        fi
    done
}

install_packages() {
    if ! command -v apt-get >/dev/null; then
        die "set-up: $* missing, and this system has no apt-get: install what provides it, then run the same command again"
    fi
    say "set-up: installing $*"
    as_root "sudo apt-get update" "$apt_install $*"
}

# Fresh images come without package lists.
need_package_lists() {
    compgen -G "/var/lib/apt/lists/*_Packages*" >/dev/null || as_root "sudo apt-get update"
}

apt_offers() {
    command -v apt-get >/dev/null || return 1
    need_package_lists
    [[ $(LC_ALL=C apt-cache policy "$1") =~ Candidate:\ [0-9] ]]
}

release_codename() {
    # shellcheck source=/dev/null
    (. /etc/os-release && echo "${VERSION_CODENAME:-}")
}

# Prints where apt has this release's main archive from; nothing where it is not Debian's.
debian_mirror() {
    # shellcheck disable=SC2016 # apt's own format
    apt-get indextargets --format '$(CODENAME) $(COMPONENT) $(ORIGIN) $(REPO_URI)' 'Created-By: Packages' |
        awk -v codename="$(release_codename)" '$1 == codename && $2 == "main" && $3 == "Debian" && $4 !~ /^cdrom/ {print $4; exit}'
}

missing_packages() {
    comm -23 <(printf '%s\n' "$@" | sort) <(
        # shellcheck disable=SC2016 # dpkg's own format
        dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null | sed -n 's/^installed //p' | sort -u
    )
}

# Prints the kernel driver of a GPU that Mesa or a vendor has a Vulkan driver for and that this user may open.
gpu_driver() {
    local node driver
    [[ ${VK_LOADER_DRIVERS_SELECT:-} != *lvp* ]] || return 1
    for node in /dev/dri/renderD*; do
        [[ -e $node ]] || continue
        driver=$(basename -- "$(readlink -f -- "/sys/class/drm/${node##*/}/device/driver")")
        case $driver in
            v3d | amdgpu | i915 | xe | nouveau | nvidia | msm* | panfrost | panthor | asahi | powervr) ;;
            *) continue ;;
        esac
        if [[ -r $node && -w $node ]]; then
            echo "$driver"
            return
        fi
        say "set-up: $node ($driver) is not open to you; to use it: sudo usermod -aG render $(id -un), then log in again"
    done
    return 1
}

has_vulkan_driver() {
    local manifest
    for manifest in /usr/share/vulkan/icd.d/*.json /etc/vulkan/icd.d/*.json; do
        [[ ! -e $manifest || $manifest == */lvp_* ]] || return 0
    done
    return 1
}

mesa_version() {
    local answer
    # shellcheck disable=SC2016 # dpkg's own format
    answer=$(dpkg-query -W -f '${db:Status-Status} ${Version}' mesa-vulkan-drivers 2>/dev/null) || true
    [[ $answer != installed* ]] || echo "${answer#installed }"
}

mesa_is_new_enough() {
    [[ -n $1 ]] && dpkg --compare-versions "$1" ge "$mesa_needed"
}

# Prints the suite of those that apt knows to take Mesa from: apt's own choice where that is new enough.
mesa_suite() {
    local version suite
    version=$(LC_ALL=C apt-cache policy mesa-vulkan-drivers | sed -n 's/^ *Candidate: //p')
    if mesa_is_new_enough "$version"; then
        suite=$(apt-cache madison mesa-vulkan-drivers | awk -v version="$version" '$3 == version {print $6; exit}')
        echo "${suite%%/*}"
        return
    fi
    while IFS='| ' read -r _ version _ suite _; do
        if mesa_is_new_enough "$version"; then
            echo "${suite%%/*}"
            return
        fi
    done < <(apt-cache madison mesa-vulkan-drivers)
    return 1
}

# Adds what brings the software driver to the plan.
plan_software_driver() {
    local suite mirror signed='' keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    ! mesa_is_new_enough "$(mesa_version)" || return 0
    need_package_lists
    if ! suite=$(mesa_suite); then
        # This machine's own mirror, with the suite that Debian keeps newer drivers in.
        mirror=$(debian_mirror)
        if [[ -z $mirror ]]; then
            die "set-up: the software Vulkan driver needs Mesa $mesa_needed, which this system's packages do not have; use Debian 12 or newer, or install it"
        fi
        suite=$(release_codename)-backports
        say "set-up: adding $suite of $mirror as /etc/apt/sources.list.d/vitrine-backports.list"
        [[ ! -e $keyring ]] || signed="[signed-by=$keyring] "
        plan+=("echo 'deb $signed$mirror $suite main' | sudo tee /etc/apt/sources.list.d/vitrine-backports.list")
    fi
    say "set-up: no GPU that Vulkan can use here; installing mesa-vulkan-drivers (lavapipe, the software driver) from $suite"
    plan+=("sudo apt-get update" "$apt_install -t $suite mesa-vulkan-drivers")
}

# Installs the Vulkan driver, the packages above and those named. Takes milliseconds where nothing is missing.
set_up_machine() {
    local plan=() missing
    if ! command -v apt-get >/dev/null; then
        say "set-up: no apt-get here; taking for granted: ${packages[*]} $*, a Vulkan driver"
        return
    fi
    if gpu_driver >/dev/null; then
        has_vulkan_driver || packages+=(mesa-vulkan-drivers)
    else
        plan_software_driver
    fi
    mapfile -t missing < <(missing_packages "${packages[@]}" "$@")
    if ((${#missing[@]} > 0)); then
        say "set-up: installing ${missing[*]}"
        ((${#plan[@]} > 0)) || plan+=("sudo apt-get update")
        plan+=("$apt_install ${missing[*]}")
    fi
    ((${#plan[@]} == 0)) || as_root "${plan[@]}"
    gpu_driver >/dev/null || mesa_is_new_enough "$(mesa_version)" ||
        die "set-up: got Mesa $(mesa_version), but its software driver imports camera buffers only from $mesa_needed on"
}
