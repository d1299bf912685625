internal import Glibc
internal import Platform

/// What an administrator should know on the first day: that a mail server cannot reach the socket, or does not look for it there.
enum SetupAdvice {
    /// The accounts under which mail servers ask; root reaches every socket.
    private static let mailAccounts = ["postfix", "Debian-exim", "exim", "cyrus"]
    /// Where libsasl2 of Debian and Red Hat, and that of others, look unless they are told otherwise; in a chroot below it.
    private static let usualDirectories = ["/run/saslauthd", "/var/state/saslauthd"]

    /// Lines about the run directories of a daemon whose sockets are there; none where all is well.
    static func lines(for directories: [String]) -> [String] {
        let accounts = mailAccounts.compactMap { try? Account(named: $0) }
        return clients(ClientSettings.all(), directories, others: ClientSettings.instances()) { path in
            (try? FileStatus(of: path))?.kind
        } + accounts.compactMap { complaint(of: $0, directories) { try? FileStatus(of: $0) } }
    }

    /// Says which configuration of libsasl2 names no socket, and where it looks when none names one of these.
    static func clients(
        _ clients: [ClientSettings],
        _ directories: [String],
        others: Set<String>,
        kind: (String) -> FileStatus.Kind?
    ) -> [String] {
        let verdicts = clients.map { $0.verdict(directories, others: others, kind: kind) }
        let complaints = verdicts.compactMap { verdict in if case .wrong(let line) = verdict { line } else { nil } }
        return (verdicts.contains(.own) ? [] : unusual(directories)) + complaints
    }

    /// Says where libsasl2 looks, when that is elsewhere.
    static func unusual(_ directories: [String]) -> [String] {
        let isUsual = directories.contains { directory in usualDirectories.contains { directory.hasSuffix($0) } }
        guard !isUsual, let first = directories.first else { return [] }
        return [
            "libsasl2 looks for /var/run/saslauthd/mux: its programs find this socket with \"saslauthd_path: \(first)/mux\" in their smtpd.conf or Sendmail.conf"
        ]
    }

    /// Says why an account reaches none of the sockets, and what to do about the first; `nil` when it reaches one.
    static func complaint(
        of account: Account,
        _ directories: [String],
        status: (String) -> FileStatus?
    ) -> String? {
        let obstacles = directories.map { obstacle(for: account, to: "\($0)/mux", status: status) }
        guard let first = obstacles.first, obstacles.allSatisfy({ $0 != nil }), let first else { return nil }
        return "account \(account.name) cannot use \(directories[0])/mux: \(first)"
    }

    /// What keeps the account from a socket, and what to do; `nil` when nothing does.
    private static func obstacle(for account: Account, to socket: String, status: (String) -> FileStatus?) -> String? {
        for end in socket.indices where socket[end] == "/" && end != socket.startIndex {
            let directory = String(socket[..<end])
            guard let found = status(directory), !found.lets(account, 0o1) else { continue }
            return advice(found, directory, account, verb: "enter", bit: 0o010)
        }
        guard let found = status(socket), !found.lets(account, 0o2) else { return nil }
        return advice(found, socket, account, verb: "write to", bit: 0o020)
    }

    private static func advice(_ found: FileStatus, _ path: String, _ account: Account, verb: String, bit: mode_t)
        -> String
    {
        guard found.permissions & bit != 0, found.group != 0 else {
            return
                "it may not \(verb) \(path); give that to a group of its own (chgrp sasl, chmod g+\(bit == 0o010 ? "x" : "w"))"
        }
        let group = Group.name(of: found.group)
        return
            "only group \(group) may \(verb) \(path); add it (usermod -a -G \(group) \(account.name)) and restart the mail server"
    }
}

extension FileStatus {
    /// Whether an account that is not root has a right: 1 to enter, 2 to write.
    fileprivate func lets(_ account: Account, _ right: mode_t) -> Bool {
        let shift: mode_t = account.uid == owner ? 6 : account.groups.contains(group) ? 3 : 0
        return account.uid == 0 || permissions & (right << shift) != 0
    }
}
