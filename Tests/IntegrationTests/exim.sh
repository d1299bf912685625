#!/bin/sh
# Tests Debian's two Exims with our saslauthd and PAM, as in saslauthd-recipes(7); prints a line for each login. Runs on
# a private system. Arguments: a scratch folder, the folder with the built programs, and the one with the unpacked
# packages.
set -eu
folder=$1
bin=$2
packages=$3

[ -d "$packages" ] || { echo "the servers are not unpacked yet: make test-packages"; exit 1; }
fail() { echo "$*"; cat "$folder/syslog" /var/log/exim4/* 2>/dev/null | tail -40; exit 1; }

# Accounts.
useradd --password "$(openssl passwd -6 secret)" alice
useradd --password "$(openssl passwd -6 's3cret "with" \ ümläut')" bob

# Exim: the light one on port 2525, the heavy one on 2526 and, through libsasl2, on 2527.
. "$(dirname "$0")/recipe-system.sh"
. "$(dirname "$0")/exim-start.sh"
printf '%s\n' 'light 2525' 'heavy 2526' >"$folder/exims"
recipe 'Exim and PAM'
# Without the delay of refusals, which would slow down the tests.
sed -i '/^auth/s/$/ nodelay/' /etc/pam.d/smtp
succeeds 2525 PLAIN alice secret
succeeds 2526 PLAIN alice secret

# Conditions by hand, also without a service, for which PAM uses the service other.
condition() { "$packages/exim4-daemon-$1/usr/sbin/exim4" -be "\${if saslauthd{$2}{yes}{no}}" 2>>"$folder/by-hand"; }
echo 'auth required pam_deny.so' >/etc/pam.d/other
for size in light heavy; do
    echo "$size by hand: $(condition $size '{alice}{secret}{smtp}')"
    echo "$size by hand, no service: $(condition $size '{alice}{secret}')"
done

# Through libsasl2.
mkdir /etc/sasl2
printf '%s\n' 'pwcheck_method: saslauthd' 'mech_list: PLAIN LOGIN' >/etc/sasl2/exim.conf
cat >$authenticators <<'END'
plain:
  driver = cyrus_sasl
  public_name = PLAIN
  server_set_id = $auth1
  server_advertise_condition = ${if def:tls_in_cipher}

login:
  driver = cyrus_sasl
  public_name = LOGIN
  server_set_id = $auth1
  server_advertise_condition = ${if def:tls_in_cipher}
END
echo 'heavy 2527' >"$folder/exims"
service exim4 restart
succeeds 2527 PLAIN alice secret

for port in 2525 2526 2527; do
    for mechanism in PLAIN LOGIN; do
        echo "$port $mechanism right: $(login $port $mechanism alice secret)"
        echo "$port $mechanism right, odd: $(login $port $mechanism bob 's3cret "with" \ ümläut')"
        echo "$port $mechanism right, with a domain: $(login $port $mechanism alice@example.org secret)"
        echo "$port $mechanism wrong: $(login $port $mechanism alice Secret)"
        echo "$port $mechanism unknown: $(login $port $mechanism nobody@example.org secret)"
    done
done
mv /etc/pam.d/smtp /etc/pam.d/smtp.away
echo 'auth required pam_nosuch.so' >/etc/pam.d/smtp
echo "2525 PLAIN unavailable: $(login 2525 PLAIN alice secret)"
echo "2526 LOGIN unavailable: $(login 2526 LOGIN alice secret)"
echo "2527 PLAIN unavailable: $(login 2527 PLAIN alice secret)"
mv /etc/pam.d/smtp.away /etc/pam.d/smtp
echo "2525 PLAIN back again: $(login 2525 PLAIN alice secret)"
stop_saslauthd /run/saslauthd
echo "2525 PLAIN stopped: $(login 2525 PLAIN alice secret)"
echo "2526 LOGIN stopped: $(login 2526 LOGIN alice secret)"
service saslauthd start >"$folder/start"
succeeds 2525 PLAIN alice secret
echo "2526 LOGIN started again: $(login 2526 LOGIN alice secret)"
stop_saslauthd /run/saslauthd
auth_failures
