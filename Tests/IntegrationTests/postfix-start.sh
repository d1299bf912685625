# For scripts on a private system: sets up Postfix there, and defines how to log in. They have sourced recipe-system.sh.
# smtpd is in its chroot on ports 2525, 25 and 587, outside on 2526; TLS uses a self-signed certificate.
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=mail.example.org \
    -addext subjectAltName=DNS:mail.example.org -keyout /etc/postfix/key.pem -out /etc/postfix/cert.pem 2>/dev/null
cat >/etc/postfix/main.cf <<END
compatibility_level = 3.6
data_directory = /run/postfix
myhostname = mail.example.org
mydestination = localhost, example.org
mail_spool_directory = /var/spool/mailboxes/
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
smtpd_tls_security_level = may
smtpd_tls_cert_file = /etc/postfix/cert.pem
smtpd_tls_key_file = /etc/postfix/key.pem
END
sed -i '/^smtp .*inet.*smtpd$/d' /etc/postfix/master.cf
for port in 25 587 2525; do echo "127.0.0.1:$port inet n - y - - smtpd"; done >>/etc/postfix/master.cf
echo "127.0.0.1:2526 inet n - n - - smtpd" >>/etc/postfix/master.cf
mkdir -p /var/spool/postfix/etc
cp /etc/services /etc/hosts /etc/nsswitch.conf /etc/resolv.conf /var/spool/postfix/etc/ 2>/dev/null || true
install -d -o postfix -m 700 /run/postfix
