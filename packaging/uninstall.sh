#!/usr/bin/env bash
# Takes away what install.sh installed; see usage.
set -euo pipefail

usage() {
    cat <<'END'
usage: sudo packaging/uninstall.sh [--purge] [--root DIR]

Stops the service vitrine-kiosk and takes away the unit, the program, its caches and the command. The configuration,
/etc/vitrine, what the kiosk wrote, /var/lib/vitrine, and the user kiosk stay.

  --purge     take these away too
  --root DIR  in the system below DIR, an image
END
}

say() { printf 'uninstall: %s\n' "$*" >&2; }
die() {
    say "$@"
    exit 1
}

root='' purge=''
while (($# > 0)); do
    case $1 in
        --purge) purge=yes ;;
        --root)
            (($# > 1)) || die "--root takes a folder"
            [[ -d $2/usr ]] || die "--root $2: this is not the root of a system; it has no folder usr"
            root=$(readlink -f -- "$2")
            root=${root%/}
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
((UID == 0)) || die "this needs root: sudo $0"

units=$root/etc/systemd/system
live=''
[[ -n $root || ! -d /run/systemd/system ]] || live=yes

if [[ -n $live && -e $units/vitrine-kiosk.service ]]; then
    say "stopping the service"
    systemctl --quiet disable --now vitrine-kiosk || true
fi
rm -f "$units/vitrine-kiosk.service" "$units/multi-user.target.wants/vitrine-kiosk.service"
rm -f "$root/etc/udev/rules.d/70-vitrine.rules"
if [[ -n $live ]]; then
    systemctl daemon-reload
    # The login prompt comes back where it is meant to be.
    if systemctl --quiet is-enabled getty@tty1 2>/dev/null; then
        systemctl start --no-block getty@tty1
    fi
fi

say "taking away the program and its caches"
if [[ $(readlink -- "$root/usr/local/bin/vitrine" || true) == /usr/lib/vitrine/* ]]; then
    rm -f "$root/usr/local/bin/vitrine"
fi
rm -rf "$root/usr/lib/vitrine" "$root/var/cache/vitrine"

if [[ -z $purge ]]; then
    for kept in "$root/etc/vitrine" "$root/var/lib/vitrine" "$units/vitrine-kiosk.service.d"; do
        [[ ! -e $kept ]] || say "kept: $kept"
    done
    say "the user kiosk is kept; --purge takes all of this away"
    exit
fi

rm -rf "$root/etc/vitrine" "$root/var/lib/vitrine" "$units/vitrine-kiosk.service.d"
delete_user=(userdel kiosk)
[[ -z $root ]] || delete_user=(chroot "$root" userdel kiosk)
if grep -q '^kiosk:[^:]*:[^:]*:[^:]*:Vitrine kiosk:' "$root/etc/passwd"; then
    "${delete_user[@]}"
    say "the user kiosk is gone"
fi
say "done"
