#!/usr/bin/env bash
# Installs what a checkout has built as the service vitrine-kiosk; see usage. Run again, it brings all of it up to date.
set -euo pipefail

checkout=$(dirname -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")")
program=/usr/lib/vitrine
config=/etc/vitrine/kiosk.toml
unit=/etc/systemd/system/vitrine-kiosk.service
rules=/etc/udev/rules.d/70-vitrine.rules
command=/usr/local/bin/vitrine
cache=/var/cache/vitrine/vitrine # The unit's XDG_CACHE_HOME is the folder above.
account=kiosk
groups=(video render input)

# shellcheck source=packaging/java.sh
source "$checkout/packaging/java.sh"

usage() {
    cat <<'END'
usage: sudo packaging/install.sh [--no-start] [--root DIR] [--java-home DIR]

Installs Vitrine, as ./vitrine setup or ./vitrine demo has built it, as the service vitrine-kiosk:

  /usr/lib/vitrine                            jars, model, start script, AOT cache
  /etc/vitrine/kiosk.toml                     configuration; one that you changed is left as it is
  /etc/systemd/system/vitrine-kiosk.service   the unit, enabled
  /etc/udev/rules.d/70-vitrine.rules          dma-heaps and udmabuf for the group video
  /usr/local/bin/vitrine                      the command, for every user
  kiosk                                       a system user, in the groups video, render and input

  --no-start       enable the service, for the next boot, and start nothing
  --root DIR       install into the system below DIR, an image; nothing is started
  --java-home DIR  the Java to run with, 25 or newer, as its path is in that system

packaging/uninstall.sh takes it all away again.
END
}

say() { printf 'install: %s\n' "$*" >&2; }
die() {
    say "$@"
    exit 1
}

root='' start=yes java_home=''
while (($# > 0)); do
    case $1 in
        --no-start) start='' ;;
        --root | --java-home)
            (($# > 1)) || die "$1 takes a folder"
            case $1 in
                --root)
                    [[ -d $2/usr ]] || die "--root $2: this is not the root of a system; it has no folder usr"
                    root=$(readlink -f -- "$2")
                    root=${root%/}
                    ;;
                --java-home) java_home=${2%/} ;;
            esac
            shift
            ;;
        -h | --help)
            usage
            exit
            ;;
        *) die "no such option: $1; --help has those there are" ;;
    esac
    shift
done

# --- what must be there ----------------------------------------------------------------------------------------------

((UID == 0)) || die "this needs root: sudo $0"
built=$checkout/tools/target
[[ -e $built/vitrine.jar && -d $built/lib ]] || die "nothing is built in $checkout: run there, as yourself, ./vitrine setup"
[[ -d $root/etc/systemd || -d $root/usr/lib/systemd ]] || die "${root:-this system}: no systemd here, which is what starts the service"

# The Java of that system: as told, else the first below /usr/lib/jvm. A JDK is not needed to run.
find_java() {
    local candidate
    if [[ -n $java_home ]]; then
        (($(java_version "$root$java_home" java) >= 25)) || die "--java-home $java_home: no Java 25 or newer there"
        return
    fi
    for candidate in "$root"/usr/lib/jvm/*; do
        # Links beside it are other names of the same, and change with updates.
        if [[ ! -L $candidate ]] && (($(java_version "$candidate" java) >= 25)); then
            java_home=${candidate#"$root"}
            return
        fi
    done
    die "no Java 25 or newer below ${root}/usr/lib/jvm: apt-get install openjdk-25-jre-headless, or put one there, or name it with --java-home"
}
find_java
case $java_home in
    /home/* | /root/* | /tmp/* | /var/tmp/* | /run/user/*)
        die "$java_home: the service sees no home and no temporary folder: move this Java below /usr/lib/jvm"
        ;;
esac

# Prints the folder that the default model is in, whole and undamaged.
find_model() {
    local folder home
    home=$(getent passwd "${SUDO_USER:-root}" | cut -d: -f6)
    for folder in "${VITRINE_MODELS:-}" "${XDG_CACHE_HOME:+$XDG_CACHE_HOME/vitrine/models}" \
        "$home/.cache/vitrine/models" /root/.cache/vitrine/models "$root$program/models"; do
        if [[ -n $folder && -s $folder/default.sha256 ]] &&
            (cd -- "$folder" && sha256sum --check --status default.sha256 2>/dev/null); then
            echo "$folder"
            return
        fi
    done
    return 1
}
models=$(find_model) || die "the default model is not here: run, as yourself, ./vitrine models fetch default"

# --- files -----------------------------------------------------------------------------------------------------------

# Where systemd runs, a service that is running must not see its jars change.
running=''
if [[ -z $root && -d /run/systemd/system ]] && systemctl --quiet is-active vitrine-kiosk; then
    running=yes
    say "stopping the running kiosk"
    systemctl stop vitrine-kiosk
fi

target=$root$program
say "$target: jars, model, start script"
install -d "$target"/{bin,lib,models,doc} "$root/etc/vitrine"
install -m 644 "$built/vitrine.jar" "$target/"
rm -f "$target"/lib/*.jar
install -m 644 "$built"/lib/*.jar "$target/lib/"
install -m 644 "$checkout"/docs/{pi5,cameras,display}.md "$checkout/LICENSE" "$target/doc/"
if [[ $models != "$target/models" ]]; then
    rm -f "$target"/models/*
    while read -r _ file; do
        install -m 644 "$models/$file" "$target/models/"
    done <"$models/default.sha256"
    install -m 644 "$models/default.sha256" "$target/models/"
fi
printf '%s\n' "${java_needs[@]}" "${java_memory[@]}" >"$target/java.options"
chmod 644 "$target/java.options"

cat >"$target/bin/vitrine" <<END
#!/bin/sh
# The installed vitrine command; packaging/install.sh made it.
cache=\${XDG_CACHE_HOME:-\${HOME:-/tmp}/.cache}/vitrine
export VITRINE_MODELS="\${VITRINE_MODELS:-$program/models}"
# Keys typed at a kiosk reach its console: Ctrl+C shall not end it. systemd puts the console right again.
if [ -n "\${VITRINE_KIOSK:-}" ] && [ -t 0 ]; then
    stty -isig -echo
fi
# shellcheck disable=SC2086 # VITRINE_JAVA_OPTS is a list of options
exec $java_home/bin/java @$program/java.options \\
    "-Dorg.bytedeco.javacpp.cachedir=\$cache/javacpp" "-Dorg.lwjgl.system.SharedLibraryExtractPath=\$cache/lwjgl" \\
    -XX:AOTCache=$program/vitrine.aot '-Xlog:aot*=off' '-Xlog:cds*=off' \\
    \${VITRINE_JAVA_OPTS:-} -jar $program/vitrine.jar "\$@"
END
chmod 755 "$target/bin/vitrine"

if [[ -e $root$command && ! -L $root$command ]]; then
    say "$command is not ours and is left alone; the command is $program/bin/vitrine"
else
    install -d "$root${command%/*}"
    ln -sfn "$program/bin/vitrine" "$root$command"
fi

# The example as it was installed last stands beside the program: by it a changed configuration is known.
if [[ ! -e $root$config ]]; then
    say "$config: the example configuration"
    install -m 644 "$checkout/packaging/kiosk.toml" "$root$config"
elif cmp -s "$root$config" "$target/kiosk.toml"; then
    install -m 644 "$checkout/packaging/kiosk.toml" "$root$config"
elif ! cmp -s "$root$config" "$checkout/packaging/kiosk.toml"; then
    say "$config: yours, left as it is; the example is $program/kiosk.toml"
fi
install -m 644 "$checkout/packaging/kiosk.toml" "$target/kiosk.toml"

# --- the user --------------------------------------------------------------------------------------------------------

# in_root COMMAND…: there, with /proc, /dev and an empty /tmp.
in_root() {
    if [[ -z $root ]]; then
        "$@"
        return
    fi
    # shellcheck disable=SC2016 # the inner shell's variables
    unshare --mount --propagation private -- sh -euc '
        mount -t proc proc "$1/proc"
        mount --rbind /dev "$1/dev"
        mount -t tmpfs tmpfs "$1/tmp"
        cd "$1"
        shift
        exec chroot . "$@"
    ' sh "$root" "$@"
}

for group in "${groups[@]}"; do
    in_root getent group "$group" >/dev/null || in_root groupadd --system "$group"
done
if ! in_root getent passwd "$account" >/dev/null; then
    say "system user $account"
    in_root useradd --system --user-group --home-dir /var/lib/vitrine --no-create-home \
        --shell /usr/sbin/nologin --comment "Vitrine kiosk" "$account"
fi
in_root usermod --append --groups "$(IFS=, && echo "${groups[*]}")" "$account"
in_root install -d -m 750 -o "$account" -g "$account" /var/lib/vitrine /var/cache/vitrine "$cache"

# --- quick starts ----------------------------------------------------------------------------------------------------

# An AOT cache knows the jars by their paths, so it is made in place, by the user who will run it: that also unpacks the
# natives, and shows that the program runs.
say "a short run as $account prepares quick starts"
rm -f "$target/vitrine.aot"
mapfile -t training < <(java_training /var/cache/vitrine/training)
log=$(mktemp)
if in_root runuser -u "$account" -- env -i PATH=/usr/bin:/bin LANG=C.UTF-8 HOME=/var/lib/vitrine \
    XDG_CACHE_HOME=/var/cache/vitrine "VITRINE_MODELS=$program/models" VITRINE_JAVA_OPTS= \
    timeout 300 "$java_home/bin/java" "@$program/java.options" "${java_natives[@]}" \
    -XX:AOTCacheOutput=/var/cache/vitrine/vitrine.aot -jar "$program/vitrine.jar" "${training[@]}" \
    </dev/null >"$log" 2>&1; then
    install -m 644 "$root/var/cache/vitrine/vitrine.aot" "$target/vitrine.aot"
    trained=yes
else
    trained=''
    grep -v '^\[' "$log" | tail -n 5 >&2 || true
fi
rm -rf "$log" "$root"/var/cache/vitrine/{vitrine.aot,training}
if [[ -z $trained ]]; then
    [[ -n $root ]] || die "that run failed, and so would the kiosk, see above"
    say "that run failed, see above; in an image this may be no harm: the kiosk then starts more slowly"
fi

# --- the service -----------------------------------------------------------------------------------------------------

say "$unit"
install -d "$root${unit%/*}" "$root${rules%/*}"
install -m 644 "$checkout/packaging/vitrine.rules" "$root$rules"
install -m 644 "$checkout/packaging/vitrine-kiosk.service" "$root$unit"
if [[ -n $root ]]; then
    install -d "$root${unit%/*}/multi-user.target.wants"
    ln -sfn "$unit" "$root${unit%/*}/multi-user.target.wants/vitrine-kiosk.service"
    say "installed and enabled in $root"
    exit
fi
if [[ ! -d /run/systemd/system ]]; then
    systemctl --quiet enable vitrine-kiosk
    say "installed and enabled; systemd does not run here, so nothing is started"
    exit
fi
udevadm control --reload || true
udevadm trigger --subsystem-match=dma_heap --subsystem-match=misc || true
systemctl daemon-reload
systemctl --quiet enable vitrine-kiosk
if systemctl --quiet is-active display-manager; then
    say "a desktop holds the screen: sudo systemctl set-default multi-user.target && sudo systemctl stop display-manager"
fi
if [[ -n $start ]]; then
    systemctl restart --no-block vitrine-kiosk
    say "started; what it does: systemctl status vitrine-kiosk"
else
    say "enabled for the next boot${running:+; the kiosk that ran is stopped}; now: sudo systemctl start vitrine-kiosk"
fi
