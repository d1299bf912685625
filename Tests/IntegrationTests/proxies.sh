#!/bin/sh
# Tests our saslauthd with perdition, imapproxy and nginx in front of Debian's Dovecot: proxies that do not support
# AUTHENTICATE, although some list it. Prints a line for each login, with the number of Dovecot's refusals. Runs on a
# private system. Arguments: a scratch folder, and the folder with the built programs.
set -eu
folder=$1
bin=$2

fail() { echo "$*"; tail -n 20 "$folder"/*.log "$folder/syslog"; exit 1; }
here=$(dirname "$0")
. "$here/await.sh"
. "$here/dovecot-start.sh"
listens() { ss --listening --tcp --numeric --no-header "sport = :$1" | grep -q .; }

echo 'alice:{PLAIN}secret::::::' >"$folder/users"
configure_dovecot "$folder" <<'END'
protocols = imap pop3
auth_verbose = yes
END
dovecot -c "$folder/dovecot.conf"

perdition() { # name, protocol, port, port behind it, capabilities
    /usr/sbin/perdition --no_daemon --config_file /dev/null --map_library '' --pid_file "$folder/$1.pid" -u nobody -g nogroup \
        --protocol "$2" --bind_address 127.0.0.1 --listen_port "$3" --outgoing_server 127.0.0.1 --outgoing_port "$4" \
        ${5:+--imap_capability "$5" --pop_capability "$5"} >"$folder/$1.log" 2>&1 &
}
perdition perdition IMAP4 1143 143
perdition perdition-lists IMAP4 1144 143 'IMAP4 IMAP4REV1 SASL-IR AUTH=PLAIN'
perdition perdition-pop3 POP3 1110 110
perdition perdition-pop3-lists POP3 1111 110 'UIDL.USER.SASL PLAIN'

cat >"$folder/imapproxy.conf" <<END
server_hostname 127.0.0.1
server_port 143
listen_address 127.0.0.1
listen_port 1145
connect_retries 1
connect_delay 1
cache_size 64
cache_expiration_time 1
proc_username nobody
proc_groupname nogroup
stat_filename $folder/imapproxy.stat
protocol_log_filename $folder/imapproxy.protocol
syslog_facility LOG_MAIL
foreground_mode yes
force_tls no
enable_admin_commands no
END
imapproxyd -f "$folder/imapproxy.conf" >"$folder/imapproxy.log" 2>&1 &

# The authentication server of nginx forwards every user except one.
cat >"$folder/where.py" <<'END'
import http.server
class Where(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        if self.headers["Auth-User"] == "unlucky":
            self.send_header("Auth-Status", "Temporary server error. Try again later")
        else:
            self.send_header("Auth-Status", "OK")
            self.send_header("Auth-Server", "127.0.0.1")
            self.send_header("Auth-Port", {"imap": "143", "pop3": "110"}[self.headers["Auth-Protocol"]])
        self.end_headers()
    def log_message(self, *words):
        pass
http.server.ThreadingHTTPServer(("127.0.0.1", 1080), Where).serve_forever()
END
python3 "$folder/where.py" >"$folder/where.log" 2>&1 &
cat >"$folder/nginx.conf" <<END
load_module /usr/lib/nginx/modules/ngx_mail_module.so;
user nobody nogroup;
daemon off;
pid $folder/nginx.pid;
error_log $folder/nginx.log;
events {}
mail {
    auth_http 127.0.0.1:1080/;
    proxy_pass_error_message on;
    imap_capabilities IMAP4rev1 SASL-IR;
    server {
        listen 127.0.0.1:1146;
        protocol imap;
        imap_auth plain;
    }
    server {
        listen 127.0.0.1:1112;
        protocol pop3;
    }
}
END
nginx -c "$folder/nginx.conf" >"$folder/nginx.log" 2>&1 &
for port in 143 110 1143 1144 1110 1111 1145 1080 1146 1112; do await "port $port" listens "$port"; done

# Dovecot writes its log after its answer; the line of a login that is made now comes last.
refusals() {
    last="last-$(date +%s%N)"
    doveadm -c "$folder/dovecot.conf" auth test "$last" x >/dev/null 2>&1 || true
    await "Dovecot writes no log" grep -q "$last" "$folder/dovecot.log"
    grep -c 'Password mismatch' "$folder/dovecot.log" || true
}
asked=
serve() { # name, mechanism, port
    mkdir -m 755 "$folder/$1"
    "$bin/saslauthd" -a "$2" -O "127.0.0.1/$3" -m "$folder/$1" -n 1 --throttle off -d 2>"$folder/saslauthd-$1.log" &
    await "saslauthd for $1" test -S "$folder/$1/mux"
    asked="$asked $1"
}
login() { # name, password, login
    status=0
    "$bin/testsaslauthd" -f "$folder/$1/mux" -u "${3:-alice}" -p "$2" >"$folder/answer" 2>&1 || status=$?
    case $status,$(head -n 1 "$folder/answer") in
    0,'0: OK'*) echo accepted ;;
    *'NO "authentication failed"') echo refused ;;
    *'bad response from saslauthd') echo unavailable ;;
    *) cat "$folder/answer" ;;
    esac
}
serve perdition rimap 1143
serve perdition-lists rimap 1144
serve imapproxy rimap 1145
serve nginx rimap 1146
serve perdition-pop3 pop3 1110
serve perdition-pop3-lists pop3 1111
serve nginx-pop3 pop3 1112
for name in $asked; do
    # The first login learns what the proxy supports, whatever its password; later ones use that.
    for password in wrong secret wrong; do
        before=$(refusals)
        echo "$name, $password: $(login "$name" $password); Dovecot's refusals: $(($(refusals) - before))"
    done
done
for name in nginx nginx-pop3; do echo "$name, no server: $(login $name secret unlucky)"; done
doveadm -c "$folder/dovecot.conf" stop
while listens 143; do sleep 0.02; done
for name in $asked; do echo "$name, Dovecot is down: $(login "$name" secret)"; done
# The proxies that were found not to support what they list.
grep -h 'lists PLAIN' "$folder"/saslauthd-*.log | sed 's/.*\(imap\|pop3\):/\1:/' | sort
printf 'wrong\n' | "$bin/saslauthd" -a rimap -O 127.0.0.1/1144 --check alice 2>&1 | sed 's/on [^ ]* [0-9a-f]*"/on HOST"/'
# The number of lines with a password.
cat "$folder"/saslauthd-*.log | grep -c 'secret\|AGFsaWNl' || true
