# For scripts that run Debian's Dovecot on a private system: IMAP without TLS for the users in $folder/users, immediate
# refusals, and no penalty for an address that fails often. Later settings override these.
configure_dovecot() { # folder; more settings on standard input
    install -d -o mail -g mail /run/mail
    cat >"$1/dovecot.conf" <<END
base_dir = /run/dovecot
state_dir = /run/dovecot
log_path = $1/dovecot.log
listen = 127.0.0.1
protocols = imap
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain
auth_failure_delay = 0
first_valid_uid = 1
mail_max_userip_connections = 0
mail_location = maildir:/run/mail
passdb {
  driver = passwd-file
  args = $1/users
}
userdb {
  driver = static
  args = uid=mail gid=mail home=/run/mail
}
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
END
    cat >>"$1/dovecot.conf"
}
