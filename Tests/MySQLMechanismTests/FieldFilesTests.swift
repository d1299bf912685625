import Authentication
import MechanismKit
import PasswordHash
import Testing

@testable import saslauthd_mysql

/// Administrators' files and lines for pam_mysql, with replaced names, hosts and passwords.
@Suite struct FieldFilesTests {
    @Test(arguments: [
        """
        verbose = 0;
        users.host = localhost;
        users.database = db_mail;
        users.db_user = db_mail_user;
        users.db_passwd = db_mail_password;
        users.password_crypt = 1;
        users.md5 = true;

        users.table = mail_users;
        users.where_clause = active = 1;
        users.user_column = username;
        users.password_column = password;
        """,
        """
        users.host=localhost
        users.database=vsftpd
        users.db_user=vsftpd
        users.db_passwd=vsftpd_pwd
        users.table=accounts
        users.user_column=username
        users.password_column=pass
        users.password_crypt=2
        verbose=1
        log.enabled=true
        log.table=logs
        log.message_column=msg
        log.pid_column=pid
        log.user_column=user
        log.host_column=host
        log.time_column=logtime
        """,
        """
        users.host              = mariadb
        users.database          = ftp
        users.db_user           = ftp_admin
        users.db_passwd         = word
        users.table             = ftp_users
        users.user_column       = username
        users.password_column   = password_hash
        users.password_crypt    = 1
        users.where_clause      = enabled = 1
        """,
        """
        users.host=127.0.0.1
        users.db_user=mail
        users.database=mail
        users.table=djcyradm_mailusers
        users.user_column=username
        users.password_column=password
        users.password_crypt=1
        users.disconnect_every_operation=0
        verbose=0
        users.use_sha512=1
        users.where_clause = is_active=1
        users.status_column=status
        users.update_table=accounts
        # For the name service.
        users.uid_column=uid
        users.gid_column=gid
        users.homedir_column=home
        users.shell_column=shell
        groups.group_info__table=groups
        """,
        """
        auth    required   pam_mysql.so user=mail passwd=word host=127.0.0.1 db=mail table=users usercolumn=email passwdcolumn=password crypt=1
        account sufficient pam_mysql.so user=mail passwd=word host=127.0.0.1 db=mail table=users usercolumn=email passwdcolumn=password crypt=1
        """,
        """
        auth required pam_mysql.so user=elftp passwd=word host=localhost db=elftp table=ftp_users usercolumn=usuario passwdcolumn=clave crypt=0 [where=estado='ACTIVO']
        account required pam_mysql.so user=elftp passwd=word host=localhost db=elftp table=ftp_users usercolumn=usuario passwdcolumn=clave crypt=0 [where=estado='ACTIVO']
        """,
        """
        auth sufficient pam_mysql.so user=openvpn passwd=word host=localhost db=openvpn [table=users] usercolumn=users.user_id passwdcolumn=users.user_pass [where=users.user_enable=1 AND users.user_start_date!=users.user_end_date AND TO_DAYS(now()) >= TO_DAYS(users.user_start_date) AND (TO_DAYS(now()) <= TO_DAYS(users.user_end_date))] sqllog=0 crypt=0

        account required pam_mysql.so user=openvpn passwd=word host=localhost db=openvpn [table=users] usercolumn=users.user_id passwdcolumn=users.user_pass [where=users.user_enable=1 AND users.user_start_date!=users.user_end_date AND TO_DAYS(now()) >= TO_DAYS(users.user_start_date) AND (TO_DAYS(now()) <= TO_DAYS(users.user_end_date))] sqllog=0 crypt=0
        """,
        """
        auth required pam_mysql.so ignore_root user=name passwd=word db=db_name table=table_name \\
        usercolumn=user_column_name passwdcolumn=password_column [where=another_column_name='value'] \\
        crypt=Y
        """,
        """
        auth required pam_mysql.so user=x passwd=word host=h db=d table=users usercolumn=email passwdcolumn=password crypt=3 debug
        account sufficient pam_mysql.so user=x passwd=word host=h db=d table=users usercolumn=email passwdcolumn=password crypt=3 debug
        """,
        """
        session     optional     pam_mysql.so user=x passwd=word host=h db=d table=accounts usercolumn=username passwdcolumn=passwd
        auth required /lib/security/pam_mysql.so user=vsftpd passwd=word host=127.0.0.1 db=vsftpd table=users usercolumn=name passwdcolumn=password crypt=2
        account required /lib/security/pam_mysql.so user=vsftpd passwd=word host=127.0.0.1 db=vsftpd table=users usercolumn=name passwdcolumn=password crypt=2
        """,
        """
        auth sufficient pam_mysql.so user=vpn passwd=word host=localhost db=openvpn table=vpnuser usercolumn=name passwdcolumn=password [where=vpnuser.active=1] sqllog=0 crypt=2 sqllog=true logtable=logtable logmsgcolumn=msg logusercolumn=user logpidcolumn=pid loghostcolumn=host logrhostcolumn=rhost logtimecolumn=time
        """,
        """
        auth       optional     pam_mysql.so user=root passwd=word host=192.0.2.19 db=openvpn table=user_auth usercolumn=username passwdcolumn=password where=enabled='on' crypt=0
        """,
        """
        #%PAM-1.0
        session     optional     pam_keyinit.so     force revoke
        auth required pam_mysql.so user=vsftp passwd=word host=127.0.0.1 db=vsftp table=accounts usercolumn=user passwdcolumn=pass crypt=3
        account required pam_mysql.so user=vsftp passwd=word host=127.0.0.1 db=vsftp table=accounts usercolumn=user passwdcolumn=pass crypt=3
        """,
        """
        auth       sufficient   pam_mysql.so user=mail passwd=word db=mail table=users usercolumn=email passwdcolumn=password crypt=Y sha512
        account    required     pam_permit.so service=smtp
        password   required     pam_deny.so
        -session   optional     pam_systemd.so
        session    include      system-auth
        """,
        """
        auth optional pam_mysql.so user=u passwd=word db=d [where=Host.name="web" AND User.active=1] [table=User LEFT JOIN Host ON User.hid=Host.id] usercolumn=User.user passwdcolumn=User.password crypt=md5
        """,
    ])
    func `files of pam_mysql work unchanged`(text: String) throws {
        let settings = try MySQLSettings(try SettingsText.of(file: text))
        #expect(settings.queries.count == 1)
        let narrows = text.contains("where")
        #expect(settings.queries[0].text.contains(" AND (") == narrows)
        for remark in settings.remarks {
            #expect(!remark.contains("word") || remark.contains("password_"), "\(remark)")
        }
    }

    @Test(arguments: [
        "auth required pam_mysql.so user=x passwd=y host=localhost db=d table=users usercolumn=username passwordcolumn=password crypt=3",
        "auth required pam_mysql.so user=x passwd=y host=[h] db=[d] table=[t] usercolmn=name passwordcolumn=password crypt=2",
        "users.host = h\nusers.db_password = y\nusers.database = d",
    ])
    func `files that never worked because of a misspelled name are refused`(text: String) {
        #expect(throws: UnusableMechanism.self) { _ = try MySQLSettings(try SettingsText.of(file: text)) }
    }

    /// The other module accepts or refuses further users, which pam_mysql alone does not: such stacks need `-a pam`.
    @Test(arguments: [
        "auth sufficient pam_unix.so", "auth include system-auth", "auth required pam_permit.so",
        "account required pam_deny.so", "account sufficient pam_unix.so", "account include system-auth",
        "account required ./pam_permit.so", "account [success=bad] pam_permit.so", "@include common-auth",
        "session pam_keyinit.so", "session optional what",
        "password = word",
    ])
    func `lines of other modules that affect logins are refused`(other: String) {
        let own = "auth required pam_mysql.so user=x passwd=y db=d table=t usercolumn=u passwdcolumn=p"
        for text in ["\(own)\n\(other)\n", "\(other)\n\(own)\n"] {
            #expect(throws: UnusableMechanism.self, "\(text)") {
                _ = try MySQLSettings(try SettingsText.of(file: text))
            }
        }
    }
}
