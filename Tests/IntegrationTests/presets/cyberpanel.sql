-- CyberPanel; it cannot disable accounts.
CREATE TABLE e_users (
    email VARCHAR(80) NOT NULL PRIMARY KEY, password VARCHAR(200) NOT NULL, mail VARCHAR(200) NOT NULL DEFAULT '',
    DiskUsage VARCHAR(200) NOT NULL DEFAULT '0', emailOwner_id VARCHAR(50) NOT NULL DEFAULT ''
);
INSERT INTO e_users (email, password) VALUES ('active@example.org', '$SECRET');
