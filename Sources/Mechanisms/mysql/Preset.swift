/// The queries for the databases of widely used mail systems.
///
/// Each selects the hashes of an account that may submit mail now. Schemas differ between releases of a system: the
/// first query that the database can prepare is used, and queries with more conditions come first. A row is a hash, the
/// status 0 and the address of the account.
enum Preset: String, CaseIterable, Sendable {
    case cyberpanel, froxlor, iredmail, ispconfig, mailcow, modoboa, postfixadmin, vpopmail
    case virtualUsers = "virtual-users"

    /// The queries, in the order in which they are tried.
    var queries: [String] {
        switch self {
        case .cyberpanel: ["SELECT password, 0, email FROM e_users WHERE email = %u"]
        case .froxlor:
            ["SELECT password_enc, 0, username FROM mail_users WHERE (username = %u OR email = %u) AND postfix = 'Y'"]
        case .iredmail:
            [
                """
                SELECT m.password, 0, m.username FROM mailbox m JOIN domain d ON d.domain = m.domain \
                WHERE m.username = %u AND m.active = 1 AND m.enablesmtp = 1 AND d.active = 1 AND d.backupmx = 0
                """
            ]
        case .ispconfig:
            ["SELECT password, 0, login FROM mail_user WHERE (login = %u OR email = %u) AND disablesmtp = 'n'"]
        case .mailcow: [Self.mailcow(" AND m.authsource = 'mailcow'"), Self.mailcow("")]
        case .modoboa:
            [
                """
                SELECT u.password, 0, u.email FROM core_user u JOIN admin_mailbox m ON m.user_id = u.id \
                JOIN admin_domain d ON d.id = m.domain_id WHERE u.email = %u AND u.is_active = 1 AND d.enabled = 1
                """
            ]
        case .postfixadmin:
            [
                Self.postfixadmin("m.password", "", " AND m.smtp_active = 1") + " UNION ALL "
                    + Self.postfixadmin(
                        "a.password_hash",
                        "JOIN mailbox_app_password a ON a.username = m.username ",
                        " AND m.smtp_active = 1"
                    ),
                Self.postfixadmin("m.password", "", " AND m.smtp_active = 1"),
                Self.postfixadmin("m.password", "", ""),
            ]
        case .virtualUsers:
            [
                "SELECT password, 0, email FROM virtual_users WHERE email = %u AND is_active = 1",
                "SELECT password, 0, email FROM virtual_users WHERE email = %u",
            ]
        case .vpopmail:
            // NO_RELAY is 0x20 and NO_SMTP 0x800.
            [
                """
                SELECT pw_passwd, 0, CONCAT(pw_name, '@', pw_domain) FROM vpopmail WHERE pw_name = %n AND pw_domain = %d \
                AND (pw_gid & 32) = 0 AND (pw_gid & 2048) = 0
                """
            ]
        }
    }

    /// The mailbox's password, unless another program manages it or it must be changed, and its app passwords.
    private static func mailcow(_ source: String) -> String {
        let isActive = "m.username = %u AND m.active = 1 AND d.active = 1"
        return """
            SELECT m.password, 0, m.username FROM mailbox m JOIN domain d ON d.domain = m.domain WHERE \(isActive)\(source) \
            AND IFNULL(JSON_VALUE(m.attributes, '$.smtp_access'), '1') = '1' \
            AND IFNULL(JSON_VALUE(m.attributes, '$.force_pw_update'), '0') <> '1' UNION ALL \
            SELECT a.password, 0, m.username FROM app_passwd a JOIN mailbox m ON m.username = a.mailbox \
            JOIN domain d ON d.domain = m.domain WHERE \(isActive) AND a.active = 1 AND a.smtp_access = 1
            """
    }

    private static func postfixadmin(_ column: String, _ join: String, _ condition: String) -> String {
        """
        SELECT \(column), 0, m.username FROM mailbox m JOIN domain d ON d.domain = m.domain \(join)\
        WHERE m.username = %u AND m.active = 1 AND d.active = 1\(condition)
        """
    }
}
