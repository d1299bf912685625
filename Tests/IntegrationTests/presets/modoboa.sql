-- Modoboa.
CREATE TABLE core_user (
    id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, password VARCHAR(256) NOT NULL, username VARCHAR(254) NOT NULL UNIQUE,
    email VARCHAR(254) NOT NULL, is_active TINYINT(1) NOT NULL
);
CREATE TABLE admin_domain (
    id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, name VARCHAR(100) NOT NULL UNIQUE, enabled TINYINT(1) NOT NULL
);
CREATE TABLE admin_mailbox (
    id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, address VARCHAR(252) NOT NULL, domain_id INT NOT NULL, user_id INT NOT NULL
);
INSERT INTO admin_domain VALUES (1, 'example.org', 1), (2, 'closed.example', 0);
INSERT INTO core_user VALUES (1, '$SECRET', 'active@example.org', 'active@example.org', 1),
    (2, '$SECRET', 'inactive@example.org', 'inactive@example.org', 0),
    (3, '$SECRET', 'active@closed.example', 'active@closed.example', 1), (4, '$SECRET', 'admin', 'admin', 1);
INSERT INTO admin_mailbox VALUES (1, 'active', 1, 1), (2, 'inactive', 1, 2), (3, 'active', 2, 3);
