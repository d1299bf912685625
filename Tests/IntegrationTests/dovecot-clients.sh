#!/bin/sh
# Tests other clients of Dovecot's authentication protocol with our saslauthd: Debian's doveadm, and the module of
# Radicale; prints a line for each login. Runs on a private system. Arguments: a scratch folder, the folder with the built
# programs, and the one with the unpacked packages.
set -eu
export LC_ALL=C
folder=$1
bin=$2
packages=$3

fail() { echo "$*"; tail -40 "$folder/syslog" 2>/dev/null; exit 1; }
. "$(dirname "$0")/await.sh"
module=$packages/python3-radicale-dovecot-auth/usr/lib/python3/dist-packages
[ -d "$module" ] || fail "the module of Radicale is not unpacked yet: make test-packages"

install -d -m 755 /run/saslauthd
"$bin/saslauthd" -a scripted --throttle off --dovecot /run/saslauthd/auth \
    --dovecot /run/saslauthd/closing,unavailable=close 2>/dev/null
printf '%s\n' 'base_dir = /run/dovecot' 'ssl = no' 'log_path = /dev/stderr' >"$folder/dovecot.conf"
doveadm_test() { # what, socket, user, password
    code=0
    doveadm -c "$folder/dovecot.conf" auth test -a "/run/saslauthd/$2" -x rip=192.0.2.7 -x rport=4711 -x service=smtp "$3" "$4" \
        >"$folder/doveadm" 2>&1 || code=$?
    echo "doveadm, $1: $code$(sed -n '/^passdb: /,$s/^ */, /p' "$folder/doveadm" | tr -d '\n')"
}
doveadm_test right auth echo secret
doveadm_test wrong auth alice wrong
# It takes a temporary refusal for a refusal, and only a closed connection for a temporary failure.
doveadm_test 'no verdict' auth unavailable secret
doveadm_test 'no verdict, closed' closing unavailable secret

# Radicale itself is not needed.
mkdir "$folder/radicale"
: >"$folder/radicale/__init__.py"
echo 'class BaseAuth: pass' >"$folder/radicale/auth.py"
PYTHONPATH=$folder:$module python3 - <<'PYTHON'
import radicale_dovecot_auth


class Settings:
    def get(self, section, name):
        return {"auth_socket": "/run/saslauthd/auth"}[name]


module = radicale_dovecot_auth.Auth()
module.configuration = Settings()
for login, password in ("alice", "secret"), ("alice", "wrong"), ("unavailable", "secret"), ("ümläut", "secret"):
    print(f"radicale, {login} {password}: {module.login(login, password)}")
PYTHON

kill "$(cat /run/saslauthd/saslauthd.pid)"
await "saslauthd does not end" test ! -e /run/saslauthd/auth
# What the mechanism got of a request.
log_is_written
sed -n 's/.*\(login=echo .*\)/\1/p' "$folder/syslog"
