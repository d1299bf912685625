-- ISPConfig 3.
CREATE TABLE mail_user (
    mailuser_id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, server_id INT UNSIGNED NOT NULL DEFAULT 0,
    email VARCHAR(255) NOT NULL DEFAULT '', login VARCHAR(255) NOT NULL, password VARCHAR(255) NOT NULL,
    postfix ENUM('n', 'y') NOT NULL DEFAULT 'y', disableimap ENUM('n', 'y') NOT NULL DEFAULT 'n',
    disablesmtp ENUM('n', 'y') NOT NULL DEFAULT 'n'
);
INSERT INTO mail_user (server_id, email, login, password, disablesmtp) VALUES
    (1, 'active@example.org', 'active', '$SECRET', 'n'), (1, 'older@example.org', 'older@example.org', '$SECRET', 'n'),
    (1, 'nosmtp@example.org', 'nosmtp', '$SECRET', 'y');
