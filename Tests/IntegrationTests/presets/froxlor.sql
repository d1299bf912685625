-- Froxlor; it clears postfix in the accounts of disabled customers.
CREATE TABLE mail_users (
    id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, email VARCHAR(255) NOT NULL DEFAULT '', username VARCHAR(255) NOT NULL DEFAULT '',
    password VARCHAR(128) NOT NULL DEFAULT '', password_enc VARCHAR(128) NOT NULL DEFAULT '',
    postfix ENUM('Y', 'N') NOT NULL DEFAULT 'Y', domainid INT NOT NULL DEFAULT 0, customerid INT NOT NULL DEFAULT 0,
    imap TINYINT(1) NOT NULL DEFAULT 1, pop3 TINYINT(1) NOT NULL DEFAULT 1
);
INSERT INTO mail_users (email, username, password_enc, postfix) VALUES
    ('active@example.org', 'active@example.org', '$SECRET', 'Y'), ('older@example.org', 'older', '$SECRET', 'Y'),
    ('inactive@example.org', 'inactive@example.org', '$SECRET', 'N');
