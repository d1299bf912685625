-- iRedMail: the columns that its Dovecot reads.
CREATE TABLE domain (
    domain VARCHAR(255) NOT NULL DEFAULT '' PRIMARY KEY, description TEXT, transport VARCHAR(255) NOT NULL DEFAULT 'dovecot',
    backupmx TINYINT(1) NOT NULL DEFAULT 0, active TINYINT(1) NOT NULL DEFAULT 1
);
CREATE TABLE mailbox (
    username VARCHAR(255) NOT NULL PRIMARY KEY, password VARCHAR(255) NOT NULL DEFAULT '', name VARCHAR(255) NOT NULL DEFAULT '',
    domain VARCHAR(255) NOT NULL DEFAULT '', enablesmtp TINYINT(1) NOT NULL DEFAULT 1,
    enablesmtpsecured TINYINT(1) NOT NULL DEFAULT 1, enableimap TINYINT(1) NOT NULL DEFAULT 1, allow_nets TEXT DEFAULT NULL,
    active TINYINT(1) NOT NULL DEFAULT 1
);
INSERT INTO domain (domain, backupmx, active) VALUES ('example.org', 0, 1), ('closed.example', 0, 0), ('backup.example', 1, 1);
INSERT INTO mailbox (username, password, domain, enablesmtp, enablesmtpsecured, active) VALUES
    ('active@example.org', '$SECRET', 'example.org', 1, 1, 1), ('inactive@example.org', '$SECRET', 'example.org', 1, 1, 0),
    ('nosmtp@example.org', '$SECRET', 'example.org', 0, 0, 1), ('active@closed.example', '$SECRET', 'closed.example', 1, 1, 1),
    ('active@backup.example', '$SECRET', 'backup.example', 1, 1, 1);
