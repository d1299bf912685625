-- vpopmail with one table for all domains; 2048 is NO_SMTP and 32 NO_RELAY. It has no inactive accounts or domains.
CREATE TABLE vpopmail (
    pw_name CHAR(32) NOT NULL, pw_domain CHAR(96) NOT NULL, pw_passwd CHAR(128), pw_uid INT, pw_gid INT, pw_gecos CHAR(48),
    pw_dir CHAR(160), pw_shell CHAR(20), pw_clear_passwd CHAR(128), PRIMARY KEY (pw_name, pw_domain)
);
INSERT INTO vpopmail (pw_name, pw_domain, pw_passwd, pw_uid, pw_gid) VALUES ('active', 'example.org', '$SECRET', 0, 0),
    ('older', 'example.org', '$SECRET', 0, 2), ('nosmtp', 'example.org', '$SECRET', 0, 2048),
    ('inactive', 'example.org', '$SECRET', 0, 2080), ('norelay', 'example.org', '$SECRET', 0, 32);
