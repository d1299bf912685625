-- virtual_users of many tutorials.
CREATE TABLE virtual_domains (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, name VARCHAR(50) NOT NULL);
CREATE TABLE virtual_users (
    id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, domain_id INT NOT NULL, password VARCHAR(150) NOT NULL,
    email VARCHAR(100) NOT NULL UNIQUE
);
INSERT INTO virtual_domains VALUES (1, 'example.org');
INSERT INTO virtual_users VALUES (1, 1, '$SECRET', 'active@example.org');
