# For scripts on a private system: starts Postfix there, and says how to log in. They have a folder and a function `fail`.
# Postfix: one smtpd in its chroot on port 2525, one outside on 2526; TLS with a certificate of our own.
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=mail.example.org \
    -addext subjectAltName=DNS:mail.example.org -keyout /etc/postfix/key.pem -out /etc/postfix/cert.pem 2>/dev/null
cat >/etc/postfix/main.cf <<END
compatibility_level = 3.6
data_directory = /run/postfix
myhostname = mail.example.org
mydestination = localhost
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
smtpd_sasl_auth_enable = yes
smtpd_sasl_security_options = noanonymous
smtpd_tls_auth_only = yes
smtpd_tls_security_level = may
smtpd_tls_cert_file = /etc/postfix/cert.pem
smtpd_tls_key_file = /etc/postfix/key.pem
END
sed -i 's/^smtp .*inet.*smtpd$/127.0.0.1:2525 inet n - y - - smtpd\n127.0.0.1:2526 inet n - n - - smtpd/' /etc/postfix/master.cf
mkdir -p /etc/postfix/sasl
printf '%s\n' 'pwcheck_method: saslauthd' 'mech_list: PLAIN LOGIN' >/etc/postfix/sasl/smtpd.conf
getent group sasl >/dev/null || groupadd --system sasl
usermod -a -G sasl postfix
mkdir -p /var/spool/postfix/etc
cp /etc/services /etc/hosts /etc/nsswitch.conf /etc/resolv.conf /var/spool/postfix/etc/ 2>/dev/null || true
install -d -o postfix -m 700 /run/postfix
postfix start >"$folder/postfix" 2>&1 || fail "Postfix does not start: $(cat "$folder/postfix")"

login() { # port mechanism user password
    swaks --server 127.0.0.1 --port "$1" --tls --auth "$2" --auth-user "$3" --auth-password "$4" --quit-after AUTH 2>&1 |
        sed -n 's/^<~[* ] *\(235\|535\|454\|435\) .*/\1/p' | tail -1
}
