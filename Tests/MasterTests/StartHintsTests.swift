import Platform
import Testing

@testable import Master

@Suite struct StartHintsTests {
    /// An account that every system has: not root, in its own group alone.
    static func account() throws -> Account { try #require(try Account(named: "daemon")) }

    /// What a tree looks like in which the directory and the socket have these permissions and this group.
    static func tree(_ directory: UInt32, _ socket: UInt32, group: UInt32) -> (String) -> FileStatus? {
        { path in
            switch path {
            case "/run/saslauthd": FileStatus(kind: .directory, permissions: directory, owner: 0, group: group)
            case "/run/saslauthd/mux": FileStatus(kind: .socket, permissions: socket, owner: 0, group: group)
            case _ where path.hasSuffix("/mux"): FileStatus(kind: .socket, permissions: 0o777, owner: 0, group: 0)
            default: FileStatus(kind: .directory, permissions: 0o755, owner: 0, group: 0)
            }
        }
    }

    @Test func `who reaches the socket hears nothing`() throws {
        let account = try Self.account()
        for tree in [
            Self.tree(0o755, 0o777, group: 0), Self.tree(0o710, 0o777, group: account.gid),
            Self.tree(0o755, 0o660, group: account.gid),
        ] {
            #expect(StartHints.complaint(of: account, ["/run/saslauthd"], status: tree) == nil)
        }
    }

    @Test func `an account that is not in the directory's group learns which one that is`() throws {
        let account = try Self.account()
        let other = try #require(try FileAccess.number(ofGroup: "mail"))
        #expect(
            StartHints.complaint(of: account, ["/run/saslauthd"], status: Self.tree(0o710, 0o777, group: other))
                == "account daemon cannot use /run/saslauthd/mux: only group mail may enter /run/saslauthd; add it (usermod -a -G mail daemon) and restart the mail server"
        )
        #expect(
            StartHints.complaint(of: account, ["/run/saslauthd"], status: Self.tree(0o755, 0o660, group: other))
                == "account daemon cannot use /run/saslauthd/mux: only group mail may write to /run/saslauthd/mux; add it (usermod -a -G mail daemon) and restart the mail server"
        )
    }

    @Test func `where no group may, one is to be named`() throws {
        let found = StartHints.complaint(
            of: try Self.account(),
            ["/run/saslauthd"],
            status: Self.tree(0o700, 0o777, group: 0)
        )
        #expect(
            found?.hasSuffix("it may not enter /run/saslauthd; give that to a group of its own (chgrp sasl, chmod g+x)")
                == true
        )
    }

    @Test func `one socket that is reached is enough`() throws {
        let directories = ["/run/saslauthd", "/var/spool/postfix/var/run/saslauthd"]
        #expect(
            StartHints.complaint(of: try Self.account(), directories, status: Self.tree(0o700, 0o777, group: 0)) == nil
        )
    }

    @Test(arguments: [
        "/var/run/saslauthd", "/run/saslauthd", "/var/state/saslauthd", "/var/spool/postfix/var/run/saslauthd",
    ])
    func `where libsasl2 looks there is nothing to say`(directory: String) {
        #expect(StartHints.unusual(["/srv/x", directory]) == [])
    }

    @Test func `elsewhere libsasl2 is to be told`() {
        let lines = StartHints.unusual(["/srv/sasl"])
        #expect(lines.count == 1 && lines[0].contains("\"saslauthd_path: /srv/sasl/mux\""))
    }
}
