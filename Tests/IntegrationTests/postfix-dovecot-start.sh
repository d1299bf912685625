# For scripts on a private system: Postfix in its chroot without Cyrus SASL, and with a port 2527 that has one process and
# takes logins without TLS. They have set `folder` and `bin`, and defined `fail`; the rest is in saslauthd-recipes(7).
. "$(dirname "$0")/recipe-system.sh"
. "$(dirname "$0")/postfix-start.sh"
socket=/var/spool/postfix/private/auth

# Cyrus SASL has neither settings nor modules.
rm -rf /etc/postfix/sasl /etc/sasl2 /etc/sasldb2
for modules in /usr/lib/sasl2 /usr/lib/*/sasl2; do [ ! -d "$modules" ] || mount -t tmpfs tmpfs "$modules"; done
cat >>/etc/postfix/master.cf <<MASTER
127.0.0.1:2527 inet n - y - 1 smtpd
    -o syslog_name=postfix/one -o smtpd_tls_auth_only=no
MASTER
# The package creates the directories of the queue.
postfix check 2>/dev/null
