#!/bin/sh
# Installs our package in a Debian without Swift, switches from sasl2-bin and back, and purges; prints a line for each
# step. Runs in a debian-system. Argument: the package.
set -eu
package=$1

fail() { echo "$*"; cat /mnt/dpkg.log; exit 1; }
. "$(dirname "$0")/await.sh"
dpkg_() { dpkg "$@" </dev/null >>/mnt/dpkg.log 2>&1 || fail "dpkg $* fails"; }
say() { # what, login, password
    code=0
    testsaslauthd -u "$2" -p "$3" -r "${4-}" -s smtp >/dev/null 2>&1 || code=$?
    echo "$1: $code"
}
# Lists everything that a package could leave behind.
system() {
    find / -xdev \( -path /mnt -o -path /tmp -o -path /var/lib/dpkg -o -path /var/log -o -path /var/cache -o -name '*-' \) -prune \
        -o ! -type d -print -o -type d -printf '%p/\n' | sort
    find /run ! -name adduser
    getent passwd
    getent group
    dpkg-statoverride --list || true
    dpkg-divert --list
}
pid() { cat /run/saslauthd/saslauthd.pid; }
knows_bob() { testsaslauthd -u bob -p secret -r example.org >/dev/null 2>&1; }

# Services are started although this system was not booted.
printf '#!/bin/sh\n' >/usr/sbin/policy-rc.d
chmod 755 /usr/sbin/policy-rc.d
! command -v swift || fail "this Debian has Swift"
useradd alice
echo 'alice:secret' | chpasswd
system >/tmp/before

dpkg_ --install "$package"
testsaslauthd --ping
say 'right' alice secret
say 'wrong' alice Secret
stat --format '%U %G %a %n' /var/run/saslauthd/ /etc/default/saslauthd
ps -C saslauthd-frontend -o user= | sort -u
service saslauthd status
first=$(pid)
service saslauthd reload >>/mnt/dpkg.log
echo "reloaded: $([ "$(pid)" = "$first" ] && echo the same process)"
service saslauthd restart >>/mnt/dpkg.log
echo "restarted: $([ "$(pid)" != "$first" ] && echo another process)"
second=$(pid)
dpkg_ --install "$package"
echo "installed again: $([ "$(pid)" != "$second" ] && echo another process)"
say 'right' alice secret
dpkg_ --remove swift-saslauthd
echo "removed: $(ls /run/saslauthd)$(pgrep saslauthd || true)"
dpkg_ --purge swift-saslauthd
system >/tmp/after
echo "purged: $(diff /tmp/before /tmp/after)"

# Replacing sasl2-bin, with a user and a setting of the administrator.
dpkg_ --install /var/cache/sasl2-bin.deb
echo secret | saslpasswd2 -p -c -u example.org bob
printf '%s\n' START=yes MECHANISMS=sasldb OPTIONS='"-m /var/run/saslauthd"' '# mine' >>/etc/default/saslauthd
service saslauthd start >>/mnt/dpkg.log
await "the original does not answer" knows_bob
cp -p /etc/default/saslauthd /tmp/default
dpkg_ --install --auto-deconfigure "$package"
echo "over: $(readlink /proc/$(pid)/exe) $(testsaslauthd --ping)"
say 'bob' bob secret example.org
cmp /etc/default/saslauthd /tmp/default

# And back.
dpkg_ --remove swift-saslauthd
dpkg_ --install /var/cache/sasl2-bin.deb
service saslauthd start >>/mnt/dpkg.log
await "the original does not answer any more" knows_bob
cmp /etc/default/saslauthd /tmp/default
dpkg_ --purge swift-saslauthd
echo "back: $(sasldblistusers2) $(dpkg-statoverride --list /var/run/saslauthd) $(tail -1 /etc/default/saslauthd)"
service saslauthd stop >>/mnt/dpkg.log

# Replacing it again, and purging both.
dpkg_ --install --auto-deconfigure "$package"
dpkg_ --purge sasl2-bin
service saslauthd restart >>/mnt/dpkg.log
say 'bob, without what was left of sasl2-bin' bob secret example.org
cmp /etc/default/saslauthd /tmp/default

# With systemd, an instance, the socket and an existing account; a stand-in for systemctl records its calls.
service saslauthd stop >>/mnt/dpkg.log
dpkg_ --purge swift-saslauthd
adduser --quiet --system --group --no-create-home saslauth
mkdir -p /run/systemd/system /tmp/stand-in
cat >/tmp/stand-in/systemctl <<'END'
#!/bin/sh
case "$*" in
*list-units*) echo 'saslauthd@postfix.service loaded active running an instance' ;;
*is-active*) [ -e /tmp/socket-is-active ] ;;
esac
END
cat >/tmp/stand-in/deb-systemd-invoke <<'END'
#!/bin/sh
echo "  $*"
END
chmod 755 /tmp/stand-in/*
asked() {
    PATH=/tmp/stand-in:$PATH dpkg "$@" </dev/null >/tmp/asked 2>&1 || fail "dpkg $* fails: $(cat /tmp/asked)"
    sed -n '/^  /p' /tmp/asked
}
echo "installed:"
asked --install "$package"
echo "installed again:"
asked --install "$package"
touch /tmp/socket-is-active
echo "installed again, with the socket:"
asked --install "$package"
echo "removed:"
asked --remove swift-saslauthd
asked --purge swift-saslauthd
echo "purged: $(getent passwd saslauth | cut -d: -f1) $(ls /var/lib/swift-saslauthd 2>&1)"
