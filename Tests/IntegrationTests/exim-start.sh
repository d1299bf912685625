# For scripts on a private system: what Exim needs there, and how it is started. They have a folder and the one with the unpacked
# packages. TLS is with a certificate of our own.
getent group sasl >/dev/null || groupadd --system sasl
useradd --system --user-group --groups sasl Debian-exim
install -d -o Debian-exim -g Debian-exim /var/spool/exim4 /var/log/exim4 /run/exim4
mkdir -p /etc/exim4
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=mail.example.org \
    -keyout /etc/exim4/exim.key -out /etc/exim4/exim.crt 2>/dev/null
chown root:Debian-exim /etc/exim4/exim.key
chmod 640 /etc/exim4/exim.key

configure_exim() { # authenticators
    cat >/etc/exim4/exim4.conf <<END
primary_hostname = mail.example.org
tls_advertise_hosts = *
tls_certificate = /etc/exim4/exim.crt
tls_privatekey = /etc/exim4/exim.key

begin authenticators

$1
END
}

start_exim() { # light or heavy, port
    "$packages/exim4-daemon-$1/usr/sbin/exim4" -bdf -oX 127.0.0.1."$2" -oP /run/exim4/"$2".pid >"$folder/$2" 2>&1 &
}

# As Exim's wiki has it, and with the service that PAM wants.
saslauthd_authenticators='
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${if saslauthd{{$auth2}{$auth3}{smtp}}{1}{0}}
  server_set_id = $auth2
  server_advertise_condition = ${if def:tls_in_cipher}

login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = Username:: : Password::
  server_condition = ${if saslauthd{{$auth1}{$auth2}{smtp}}{1}{0}}
  server_set_id = $auth1
  server_advertise_condition = ${if def:tls_in_cipher}
'
