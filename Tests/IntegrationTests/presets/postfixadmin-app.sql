-- PostfixAdmin with app passwords.
CREATE TABLE domain (
    domain VARCHAR(255) COLLATE latin1_general_ci NOT NULL PRIMARY KEY, description VARCHAR(255) CHARACTER SET utf8mb4 NOT NULL,
    aliases INT NOT NULL DEFAULT 0, mailboxes INT NOT NULL DEFAULT 0, maxquota BIGINT NOT NULL DEFAULT 0,
    quota BIGINT NOT NULL DEFAULT 0, transport VARCHAR(255) NOT NULL DEFAULT 'virtual', backupmx TINYINT(1) NOT NULL DEFAULT 0,
    active TINYINT(1) NOT NULL DEFAULT 1
) DEFAULT CHARSET=latin1;
INSERT INTO domain (domain, description, active) VALUES ('example.org', '', 1), ('closed.example', '', 0);
CREATE TABLE mailbox (
    username VARCHAR(255) COLLATE latin1_general_ci NOT NULL PRIMARY KEY, password VARCHAR(255) COLLATE latin1_general_ci NOT NULL,
    name VARCHAR(255) CHARACTER SET utf8mb4 NOT NULL DEFAULT '', maildir VARCHAR(255) NOT NULL DEFAULT '',
    quota BIGINT NOT NULL DEFAULT 0, local_part VARCHAR(255) NOT NULL DEFAULT '',
    domain VARCHAR(255) COLLATE latin1_general_ci NOT NULL, active TINYINT(1) NOT NULL DEFAULT 1, smtp_active TINYINT(1) NOT NULL DEFAULT 1
) DEFAULT CHARSET=latin1;
INSERT INTO mailbox (username, password, domain, active, smtp_active) VALUES
    ('active@example.org', '$SECRET', 'example.org', 1, 1), ('inactive@example.org', '$SECRET', 'example.org', 0, 1),
    ('nosmtp@example.org', '$SECRET', 'example.org', 1, 0), ('active@closed.example', '$SECRET', 'closed.example', 1, 1);
CREATE TABLE mailbox_app_password (
    id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, username VARCHAR(255) COLLATE latin1_general_ci DEFAULT NULL,
    description VARCHAR(255) CHARACTER SET utf8mb4 DEFAULT NULL, password_hash VARCHAR(255) COLLATE latin1_general_ci DEFAULT NULL
) DEFAULT CHARSET=latin1;
INSERT INTO mailbox_app_password (username, password_hash) VALUES ('active@example.org', '$OTHER'),
    ('inactive@example.org', '$OTHER'), ('nosmtp@example.org', '$OTHER'), ('active@closed.example', '$OTHER');
