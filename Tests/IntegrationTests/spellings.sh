#!/bin/sh
# Sets up accounts in the shadow file and in Debian's Dovecot, and a daemon for each mechanism, on a private system.
# Dovecot ignores case, as most mail servers are set up. The PAM service `mail` uses pam_mysql, with the users of the
# database. Arguments: a scratch folder, the folder with the built programs, and pam_mysql's settings.
set -eu
folder=$1
bin=$2
database=$3

for login in alice anna bob; do
    echo "$login:x:3000:3000::/:/bin/sh" >>/etc/passwd
    echo "$login:8Z34qK3.38kQg:20000:0:99999:7:::" >>/etc/shadow
    echo "$login:{PLAIN}secret::::::" >>"$folder/users"
done
printf 'auth required pam_unix.so nodelay\naccount required pam_unix.so\n' >/etc/pam.d/smtp
printf 'auth required pam_mysql.so %s\naccount required pam_mysql.so %s\n' "$database" "$database" >/etc/pam.d/mail
. "$(dirname "$0")/dovecot-start.sh"
echo 'auth_username_format = %Lu' | configure_dovecot "$folder"
dovecot -c "$folder/dovecot.conf"
for mechanism in pam shadow rimap; do
    mkdir -m 755 "$folder/$mechanism"
    option=
    [ $mechanism != rimap ] || option='-O 127.0.0.1/143'
    "$bin/saslauthd" -a $mechanism $option -m "$folder/$mechanism" -d 2>"$folder/$mechanism.log" &
done
wait
