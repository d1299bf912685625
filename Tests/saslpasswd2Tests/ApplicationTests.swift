import Foundation
import Platform
import TestSupport
import Testing

/// `-a` and the configuration of libsasl2, compared with the programs of Cyrus SASL in a private /etc.
@Suite(.enabled(if: geteuid() == 0, "a private /etc needs root")) struct ApplicationTests {
    /// The result of a case with our program or Cyrus's.
    private func outcomes(_ programs: String) throws -> [String] {
        let script = """
            mkdir -p /etc/sasl2 /etc/sasl /run/w /run/conf
            try() { # CONF ARGUMENTS...
                rm -rf /run/w/* /etc/sasldb2 /run/conf/*; printf "$1" >/etc/sasl2/x.conf; name=$1; shift
                echo secret | (cd /run/w && "$programs/saslpasswd2" -p "$@" fred@h) >/run/out 2>/run/complaints
                printf '%s %s: exit %s, %s, %s %s\\n' "$name" "$*" $? "$(head -c 46 /run/complaints | sed 's/: .*//')" \\
                    "$(cd /run/w && echo *)" "$(ls /etc/sasldb2 2>/dev/null)"
            }
            for conf in 'sasldb_path: /run/w/a\\n' 'sasldb_path:/run/w/a' '\\tSASLDB_PATH:  /run/w/a \\r\\n' \\
                'sasldb_path : /run/w/a\\n' 'sasldb_path: /run/w/a # b\\n' '# c\\n\\n #d\\nsasldb_path: /run/w/a\\n' \\
                '; c\\nsasldb_path: /run/w/a\\n' 'sasldb_path=/run/w/a\\n' 'sasldb_path: /run/w/a\\nsasldb_path: /run/w/b\\n' \\
                'sasldb_path:\\n' 'sasldb_path: /run/w/a\\ngarbage\\n' 'auxprop_plugin: sql\\nsasldb_path: /run/w/a\\n' \\
                'auxprop_plugin: sql sasldb\\nsasldb_path: /run/w/a\\n' 'auxprop_plugin: SaslDB\\n' 'auxprop_plugin: sql,sasldb\\n' \\
                'sasldb_path: b\\n' 'sasldb_path: "/run/w/a"\\n' '\\357\\273\\277sasldb_path: /run/w/a\\n' 'mech_list: scram-sha-1\\n' \\
                'sasldb_path: /run/w/a b\\n' 'a-b: c\\nsasldb_path: /run/w/a\\n' 'a.b: c\\nsasldb_path: /run/w/a\\n' \\
                'sasldb_path: /nonexistent/a\\n'
            do
                try "$conf" -a x
            done
            try 'sasldb_path: /run/w/a\\n' -c -a y -ax
            try 'sasldb_path: /run/w/a\\n' -a x -f /run/w/f
            try 'auxprop_plugin: sql\\n' -d -a x
            try 'garbage\\n' -a y
            try 'garbage\\n'
            printf 'sasldb_path: /run/w/p\\n' >/etc/sasl2/saslpasswd.conf; try ''; rm /etc/sasl2/saslpasswd.conf
            printf 'sasldb_path: /run/w/p\\n' >/etc/sasl2/.conf; try '' -a ''; rm /etc/sasl2/.conf
            printf 'sasldb_path: /run/w/second\\n' >/etc/sasl/z.conf; try '' -a z
            mkdir /etc/sasl2/z.conf; try '' -a z
            mkdir /run/q; printf 'sasldb_path: /run/w/q\\n' >/run/q/x.conf
            export SASL_CONF_PATH=/nonexistent:/run/q:/etc/sasl2; try 'sasldb_path: /run/w/a\\n' -a x
            SASL_CONF_PATH=; try 'sasldb_path: /run/w/a\\n' -a x; unset SASL_CONF_PATH
            # The list is of the usual file, whatever is configured.
            echo secret | /usr/sbin/saslpasswd2 -p alice@h
            printf 'sasldb_path: /run/w/l\\n' >/etc/sasl2/sasldblistusers.conf; "$programs/sasldblistusers2"
            """
        let folder = try TemporaryFolder()
        let result = try PrivateSystem.run(folder, ["/bin/sh", "-c", "programs=\(programs)\n" + script])
        return result.output.components(separatedBy: "\n")
    }

    @Test func `the file of an application is the one of Cyrus' programs`() throws {
        let (theirs, ours) = (try outcomes("/usr/sbin"), try outcomes(Programs.directory))
        #expect(theirs.count > 34)
        #expect(ours == theirs)
    }
}
