#!/bin/sh
# Tests Debian's Prosody with mod_auth_dovecot and our saslauthd; prints a line for each login. Runs on a private system.
# Arguments: a scratch folder, the folder with the built programs, and the one with the unpacked packages.
set -eu
export LC_ALL=C
folder=$1
bin=$2
packages=$3

fail() { echo "$*"; tail -40 "$folder/prosody.log" "$folder/syslog" 2>/dev/null; exit 1; }
here=$(realpath "$(dirname "$0")")
. "$here/await.sh"
library=$packages/prosody/usr/lib/prosody
[ -d "$library" ] && [ -d "$packages/prosody-modules" ] || fail "Prosody is not unpacked yet: make test-packages"

printf secret | "$bin/saslpasswd2" -p -c -f "$folder/sasldb2" -u example.org alice
chmod 644 "$folder/sasldb2"
install -d -m 755 /run/saslauthd "$folder/data"
# Prosody waits for an answer before it does anything else, so refusals are not delayed.
"$bin/saslauthd" -a sasldb -O "$folder/sasldb2" --throttle off \
    --dovecot /run/saslauthd/auth,hold=0,mechanisms=plain+scram-sha-1+scram-sha-256 2>/dev/null
# Its paths are compiled in.
sed "s,/usr/lib/prosody,$library,; s,/var/lib/prosody,$folder/data," "$packages/prosody/usr/bin/prosody" >"$folder/prosody"
cat >"$folder/prosody.cfg.lua" <<CONFIG
run_as_root = true
pidfile = "$folder/prosody.pid"
data_path = "$folder/data"
plugin_paths = { "$packages/prosody-modules/usr/lib/prosody/modules/mod_auth_dovecot/auth_dovecot" }
modules_enabled = { "saslauth" }
interfaces = { "127.0.0.1" }
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
authentication = "dovecot"
dovecot_auth_socket = "/run/saslauthd/auth"
log = { debug = "$folder/prosody.log" }
VirtualHost "example.org"
CONFIG
lua5.4 "$folder/prosody" --config "$folder/prosody.cfg.lua" -F >"$folder/output" 2>&1 &
xmpp() { python3 "$here/xmpp-login.py" "$@"; }
listens() { xmpp mechanisms >/dev/null 2>&1; }
await "Prosody does not listen: $(cat "$folder/output")" listens
echo "offered: $(xmpp mechanisms)"
for mechanism in PLAIN SCRAM-SHA-1 SCRAM-SHA-256; do
    for login in "alice@example.org secret" "alice@example.org Secret" "nobody@example.org secret"; do
        echo "$mechanism $login: $(xmpp $mechanism $login)"
    done
done
# Without a verdict.
mv "$folder/sasldb2" "$folder/away"
for mechanism in PLAIN SCRAM-SHA-256; do echo "$mechanism, no file: $(xmpp $mechanism alice@example.org secret)"; done
mv "$folder/away" "$folder/sasldb2"
echo "PLAIN, file back: $(xmpp PLAIN alice@example.org secret)"
# Prosody connects again after a login that it cannot send.
frontend=$(pgrep -n saslauthd-front)
kill -9 "$frontend"
await "the frontend stays" test ! -e "/proc/$frontend"
for word in after again; do echo "PLAIN, $word: $(xmpp PLAIN alice@example.org secret)"; done
