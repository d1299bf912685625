#!/bin/sh
# Compares Cyrus saslauthd and ours on common stacks of PAM modules; prints a line for each request. Runs on a private
# system. Arguments: a scratch folder, the folder with the built programs, and the folder with the unpacked packages.
set -eu
folder=$1
bin=$2
unpacked=$3

fail() { echo "$*"; tail -30 "$folder/syslog" 2>/dev/null; exit 1; }

. "$(dirname "$0")/await.sh"

chmod 755 "$folder"
module() { find "$unpacked"/libpam-*/ -name "$1.so" | head -1; }
service() { printf '%s\n' "$2" "$3" >"/etc/pam.d/$1"; }
permit_auth='auth required pam_permit.so'
permit_account='account required pam_permit.so'

# A program for pam_exec: the password is an exit code, a signal or the right one.
cat >"$folder/check" <<'E'
#!/bin/sh
word=$(tr -d '\0')
case $word in
    wonder | fine) exit 0 ;;
    exit-*) exit "${word#exit-}" ;;
    signal-*) kill -"${word#signal-}" $$ ;;
    *) exit 1 ;;
esac
E
# The same with the user's name, as the account phase has no password.
cat >"$folder/account" <<'E'
#!/bin/sh
printf '%s' "$PAM_USER" | "${0%/*}/check"
E
mkdir "$folder/scripts"
cat >"$folder/scripts/pam_script_auth" <<'E'
#!/bin/sh
printf '%s' "$PAM_AUTHTOK" | "${0%/*}/../check"
E
cp "$folder/scripts/pam_script_auth" "$folder/scripts/pam_script_acct"
sed -i 's/PAM_AUTHTOK/PAM_USER/' "$folder/scripts/pam_script_acct"
chmod 755 "$folder/scripts" "$folder/check" "$folder/account" "$folder/scripts"/*
: >"$folder/no-program"
cat >"$folder/auth.py" <<'E'
def pam_sm_authenticate(pamh, flags, argv):
    user = pamh.get_user(None)
    if user == "raises": raise ValueError("bad")
    if user == "system": return pamh.PAM_SYSTEM_ERR
    if user == "nowhere": return pamh.PAM_AUTHINFO_UNAVAIL
    answer = pamh.conversation(pamh.Message(pamh.PAM_PROMPT_ECHO_OFF, "Password: ")).resp
    return pamh.PAM_SUCCESS if answer == "wonder" else pamh.PAM_AUTH_ERR
def pam_sm_setcred(pamh, flags, argv): return pamh.PAM_SUCCESS
def pam_sm_acct_mgmt(pamh, flags, argv): return pamh.PAM_SUCCESS
E
service exec "auth required pam_exec.so quiet expose_authtok $folder/check" "$permit_account"
service exec-account "$permit_auth" "account required pam_exec.so quiet $folder/account"
service exec-missing "auth required pam_exec.so quiet expose_authtok $folder/nowhere" "$permit_account"
service exec-no-program "auth required pam_exec.so quiet expose_authtok $folder/no-program" "$permit_account"
service no-module 'auth required pam_nosuch.so' "$permit_account"
service script "auth required $(module pam_script) dir=$folder/scripts" "account required $(module pam_script) dir=$folder/scripts"
service no-scripts "auth required $(module pam_script) dir=$folder/nowhere" "$permit_account"
service python "auth required $(module pam_python) $folder/auth.py" "$permit_account"
service no-python "auth required $(module pam_python) $folder/nowhere.py" "$permit_account"
service sss "auth required $(module pam_sss)" "$permit_account"
service ldap "auth required $(module pam_ldap)" "$permit_account"
printf 'alice:%s\n' "$(mkpasswd -m sha-512 wonder)" >"$folder/passwords"
service pwdfile "auth required $(module pam_pwdfile) pwdfile $folder/passwords" "$permit_account"
service no-pwdfile "auth required $(module pam_pwdfile) pwdfile $folder/nowhere" "$permit_account"
printf 'HOTP alice - 00\n' >"$folder/otp"
chmod 600 "$folder/otp"
service oath "auth required $(module pam_oath) usersfile=$folder/otp digits=6" "$permit_account"
service no-oath "auth required $(module pam_oath) usersfile=$folder/nowhere" "$permit_account"
echo alice >"$folder/allowed"
service list "auth required pam_listfile.so item=user sense=allow file=$folder/allowed onerr=fail" "$permit_account"
service no-list "auth required pam_listfile.so item=user sense=allow file=$folder/nowhere onerr=fail" "$permit_account"
cat >/etc/pam.d/faillock <<E
auth required pam_faillock.so preauth deny=2 dir=$folder/tally
auth sufficient pam_unix.so nodelay
auth [default=die] pam_faillock.so authfail deny=2 dir=$folder/tally
account required pam_faillock.so dir=$folder/tally
account required pam_unix.so
E
service unix 'auth required pam_unix.so nodelay' 'account required pam_unix.so'
service smtp 'auth required pam_unix.so nodelay' 'account required pam_unix.so'
# A program that says something to the user, once with the password.
cat >"$folder/talk" <<'E'
#!/bin/sh
echo 'come back later'
echo "not with $(tr -d '\0')"
exit 1
E
chmod 755 "$folder/talk"
service talk "auth required pam_exec.so quiet stdout expose_authtok $folder/talk" "$permit_account"

# A module that leaves the log open under its own name, or closed.
cat >"$folder/log.c" <<'E'
#include <security/pam_modules.h>
#include <string.h>
#include <syslog.h>
int pam_sm_authenticate(pam_handle_t *h, int f, int n, const char **v) {
    (void)h, (void)f;
    openlog("otp", LOG_PID, LOG_AUTHPRIV);
    if (n > 0 && strcmp(v[0], "close") == 0) closelog();
    return PAM_SUCCESS;
}
int pam_sm_setcred(pam_handle_t *h, int f, int n, const char **v) { return (void)h, (void)f, (void)n, (void)v, PAM_SUCCESS; }
E
cc -shared -fPIC -o "$folder/log.so" "$folder/log.c"
service closes "auth required $folder/log.so close
auth required pam_unix.so nodelay" "$permit_account"
service renames "auth required $folder/log.so" "$permit_account"

hash=$(mkpasswd -m sha-512 wonder)
for user in alice mustchange expired locked; do
    echo "$user:x:$((3000 + ${#user})):3000::/:/bin/sh" >>/etc/passwd
done
echo "noline:x:3999:3000::/:/bin/sh" >>/etc/passwd
cat >>/etc/shadow <<E
alice:$hash:19000:0:99999:7:::
mustchange:$hash:0:0:99999:7:::
expired:$hash:19000:0:99999:7::19001:
locked:!$hash:19000:0:99999:7:::
E

mkdir -m 755 /run/original /run/ours /run/shadow
/usr/sbin/saslauthd -a pam -n 5 -m /run/original
"$bin/saslauthd" --throttle off -a pam -m /run/ours
"$bin/saslauthd" --throttle off -a shadow -m /run/shadow

# Prints the verdict of a daemon on user, password and service; standard error goes to the same output.
answer() {
    code=0
    "$bin/testsaslauthd" -u "$2" -p "$3" -s "$4" -f "/run/$1/mux" >/dev/null 2>&1 || code=$?
    case $code in 0) echo OK ;; 1) echo NO ;; 2) echo unavailable ;; *) fail "testsaslauthd exits with $code" ;; esac
}
original_answers() { [ "$(answer original alice wonder unix)" = OK ]; }
await "the original does not answer" original_answers
ask() { echo "$1 $2 $3: original $(answer original "$2" "$3" "$1"), ours $(answer ours "$2" "$3" "$1")"; }

for word in wonder wrong exit-2 exit-126 exit-255 signal-9 signal-15; do ask exec alice $word; done
for user in fine exit-1 exit-255 signal-9; do ask exec-account $user x; done
ask exec-missing alice wonder
ask exec-no-program alice wonder
ask no-module alice wonder
for word in wonder wrong exit-255 signal-9; do ask script fine $word; done
ask script exit-3 wonder
ask no-scripts alice wonder
for user in alice system nowhere raises; do ask python $user wonder; done
ask python alice wrong
ask no-python alice wonder
ask sss alice wonder
ask ldap alice wonder
ask pwdfile alice wonder
ask pwdfile alice wrong
ask pwdfile bob wonder
ask no-pwdfile alice wonder
code() { "$unpacked/oathtool/usr/bin/oathtool" -c "$1" -d 6 00; }
# Each code is valid once.
echo "oath: original $(answer original alice "$(code 0)" oath), ours $(answer ours alice "$(code 1)" oath)," \
    "a second time $(answer ours alice "$(code 1)" oath)"
ask oath bob 123456
ask no-oath alice 123456
ask list alice x
ask list bob x
ask no-list alice x
ask faillock alice wonder
ask faillock alice wrong
ask faillock alice wonder
for user in alice noline mustchange expired locked nobody-there; do
    echo "$user: original $(answer original $user wonder unix), ours $(answer ours $user wonder unix)," \
        "shadow $(answer shadow $user wonder unix)"
done

# The names under which modules log, in this request and the next.
answer ours alice wrong closes >/dev/null
answer ours alice wrong renames >/dev/null
answer ours alice wrong unix >/dev/null
log_is_written
echo "names of lines: $(sed -n 's/.* \([^ ]*\)\[[0-9]*\]: pam_unix(.*/\1/p' "$folder/syslog" | sort -u)"

# A directory whose server is down.
mkdir -p /run/nslcd
cat >/etc/nslcd.conf <<E
uid root
gid root
uri ldap://127.0.0.1:1/
base dc=example,dc=org
bind_timelimit 1
reconnect_retrytime 1
E
chmod 600 /etc/nslcd.conf
"$unpacked/nslcd/usr/sbin/nslcd" -n &
await "nslcd does not start" test -S /run/nslcd/socket
ask ldap alice wonder

"$bin/saslauthctl" -m /run/ours | grep -E '^  (up|down)' || true
# What --check prints after the request. Its last line has the exit code.
check() {
    code=0
    printf '%s\n' "$2" | "$bin/saslauthd" -a "$3" --check-service "${4-smtp}" --check "$1" >"$folder/checked" 2>&1 || code=$?
    [ "$(sed -n 1p "$folder/checked")" = "login: ${1%@*}" ] || fail "no login in the check"
    tail -1 "$folder/checked" | grep -q "(exit status $code)" || fail "the check exits with $code"
    cat "$folder/checked" >>"$folder/all-checked"
    # What comes before is the request.
    sed "1,3d; s,$folder/,,g" "$folder/checked"
}
check alice wrong pam exec
check exit-1 x pam exec-account
check alice wonder pam nowhere
check noline wonder pam unix
check alice wonder pam sss
check alice wonder pam talk
check expired wonder pam smtp
check alice wonder pam no-module
check alice@example.org wrong pam smtp
check noline wonder shadow
check nobody-there wonder shadow
check locked wonder shadow
check expired wonder shadow
check mustchange wonder shadow
chage -d 2022-01-08 -M 30 -I 7 mustchange
check mustchange wonder shadow
check alice wonder shadow
check alice wrong shadow
usermod -p '' locked && check locked wonder shadow
usermod -p '0penPass1' locked && check locked 0penPass1 shadow
check alice wonder getpwent
grep -q 'user noline has "x" in /etc/passwd and no line in /etc/shadow' "$folder/syslog" || fail "the missing line is not logged"
if grep -q 'wonder' "$folder/syslog"; then fail "a password in the log"; fi
for secret in wonder 0penPass1 "$(printf wonder | base64)" "$(printf '\0alice\0wonder' | base64)" "$hash"; do
    if grep -qF -- "$secret" "$folder/all-checked"; then fail "a secret in the output of --check"; fi
done
