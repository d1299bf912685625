# For scripts on a private system: sets up and starts Exim, with a self-signed certificate. They have sourced
# recipe-system.sh, and set the folder with the unpacked packages.
useradd --system --user-group Debian-exim
install -d -o Debian-exim -g Debian-exim /var/spool/exim4 /var/log/exim4 /run/exim4
mkdir -p /etc/exim4
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=mail.example.org \
    -keyout /etc/exim4/exim.key -out /etc/exim4/exim.crt 2>/dev/null
chown root:Debian-exim /etc/exim4/exim.key
chmod 640 /etc/exim4/exim.key
# A single configuration file, which includes from Debian's folders what the recipes write.
authenticators=/etc/exim4/conf.d/auth/30_local_saslauthd
cat >/etc/exim4/exim4.conf <<END
primary_hostname = mail.example.org
tls_advertise_hosts = *
tls_certificate = /etc/exim4/exim.crt
tls_privatekey = /etc/exim4/exim.key

begin authenticators

.include $authenticators
END
ln -s "$packages/exim4-daemon-light/usr/sbin/exim4" "$folder/stand-ins/exim4"

# The Exims that `service exim4 restart` starts: light or heavy, and a port, on each line.
: >"$folder/exims"
stand_in restart-exim4 'while read -r size port; do
    pidfile=/run/exim4/$port.pid
    if [ -e "$pidfile" ]; then
        process=$(cat "$pidfile")
        kill "$process"
        while [ -e "/proc/$process" ]; do sleep 0.02; done
        # Exim would remove it by a program that is not installed.
        rm -f "$pidfile"
    fi
    '"$packages"'/exim4-daemon-$size/usr/sbin/exim4 -bdf -oX "127.0.0.1.$port" -oP "$pidfile" >>'"$folder"'/$port 2>&1 &
done <'"$folder"'/exims'
