-- mailcow without authsource.
CREATE TABLE domain (
    domain VARCHAR(255) NOT NULL PRIMARY KEY, description VARCHAR(255), backupmx TINYINT(1) NOT NULL DEFAULT 0,
    active TINYINT(1) NOT NULL DEFAULT 1
) DEFAULT CHARSET=utf8mb4;
CREATE TABLE mailbox (
    username VARCHAR(255) NOT NULL PRIMARY KEY, password VARCHAR(255) NOT NULL, name VARCHAR(255),
    local_part VARCHAR(255) NOT NULL DEFAULT '', domain VARCHAR(255) NOT NULL, attributes JSON,
    kind VARCHAR(100) NOT NULL DEFAULT '', active TINYINT(1) NOT NULL DEFAULT 1
) DEFAULT CHARSET=utf8mb4;
CREATE TABLE app_passwd (
    id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, name VARCHAR(255) NOT NULL DEFAULT '', mailbox VARCHAR(255) NOT NULL,
    domain VARCHAR(255) NOT NULL, password VARCHAR(255) NOT NULL, imap_access TINYINT(1) NOT NULL DEFAULT 1,
    smtp_access TINYINT(1) NOT NULL DEFAULT 1, active TINYINT(1) NOT NULL DEFAULT 1
) DEFAULT CHARSET=utf8mb4;
INSERT INTO domain (domain, active) VALUES ('example.org', 1), ('closed.example', 0);
INSERT INTO mailbox (username, password, domain, attributes, active) VALUES
    ('active@example.org', '$SECRET', 'example.org', '{"force_pw_update":"0","imap_access":"1","smtp_access":"1"}', 1),
    ('older@example.org', '$SECRET', 'example.org', '{"force_pw_update":"0"}', 1),
    ('inactive@example.org', '$SECRET', 'example.org', '{"smtp_access":"1"}', 0),
    ('nosmtp@example.org', '$SECRET', 'example.org', '{"smtp_access":"0"}', 1),
    ('forced@example.org', '$SECRET', 'example.org', '{"force_pw_update":"1","smtp_access":"1"}', 1),
    ('active@closed.example', '$SECRET', 'closed.example', '{"smtp_access":"1"}', 1);
INSERT INTO app_passwd (mailbox, domain, password, smtp_access, active) VALUES
    ('active@example.org', 'example.org', '$OTHER', 1, 1), ('older@example.org', 'example.org', '$OTHER', 0, 1),
    ('inactive@example.org', 'example.org', '$OTHER', 1, 1), ('nosmtp@example.org', 'example.org', '$OTHER', 1, 0),
    ('active@closed.example', 'closed.example', '$OTHER', 1, 1);
