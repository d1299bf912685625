internal import CommandLine
internal import Glibc
internal import Platform

/// Warnings about a new set-up: a mail server cannot reach the socket, or looks for it elsewhere.
enum SetupAdvice {
    /// The accounts of mail servers; root can connect to every socket.
    private static let mailAccounts = ["postfix", "Debian-exim", "exim", "cyrus"]
    /// The default directories of libsasl2: that of Debian and Red Hat, and that of other builds; in a chroot, below it.
    private static let usualDirectories = ["/run/saslauthd", "/var/state/saslauthd"]

    /// Lines about the run directories of a daemon whose sockets exist; none if all is well.
    ///
    /// An account that has one of the sockets `dovecot` needs no other.
    static func lines(for directories: [String], dovecot: [DovecotListener]) -> [String] {
        let accounts = mailAccounts.compactMap { try? Account(named: $0) }.filter { account in
            !isServed(account, by: dovecot) { try? FileStatus(of: $0) }
        }
        return clients(ClientSettings.all(), directories, others: ClientSettings.instances()) { path in
            (try? FileStatus(of: path))?.kind
        } + accounts.compactMap { complaint(of: $0, directories) { try? FileStatus(of: $0) } }
    }

    /// Lines about clients whose `saslauthd_path` is not a socket, and about the default of libsasl2 if no client names a socket of
    /// this daemon.
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

    /// The line about the default of libsasl2, if this daemon serves another path.
    static func unusual(_ directories: [String]) -> [String] {
        let isUsual = directories.contains { directory in usualDirectories.contains { directory.hasSuffix($0) } }
        guard !isUsual, let first = directories.first else { return [] }
        return [
            "libsasl2 uses /var/run/saslauthd/mux by default; to use this socket, set \"saslauthd_path: \(first)/mux\" in smtpd.conf or Sendmail.conf"
        ]
    }

    /// Whether an account can connect to one of the sockets of Dovecot's protocol, or will be able to once it exists.
    static func isServed(
        _ account: Account,
        by listeners: [DovecotListener],
        status: (String) -> FileStatus?
    ) -> Bool {
        listeners.contains { listener in
            if listener.user == account.name { return true }
            if let group = listener.group.flatMap({ try? Group.number(of: $0) }), account.groups.contains(group) {
                return true
            }
            return status(listener.path) != nil && obstacle(for: account, to: listener.path, status: status) == nil
        }
    }

    /// The line about an account that can connect to none of the sockets, with what to do about the first; `nil` if it can.
    static func complaint(
        of account: Account,
        _ directories: [String],
        status: (String) -> FileStatus?
    ) -> String? {
        let obstacles = directories.map { obstacle(for: account, to: "\($0)/mux", status: status) }
        guard let first = obstacles.first, obstacles.allSatisfy({ $0 != nil }), let first else { return nil }
        return "account \(account.name) cannot use \(directories[0])/mux: \(first)"
    }

    /// What prevents the account from connecting to a socket, and what to do; `nil` if nothing does.
    private static func obstacle(for account: Account, to socket: String, status: (String) -> FileStatus?) -> String? {
        if let obstacle = obstacle(for: account, toEnter: socket, status: status) { return obstacle }
        guard let found = status(socket), !found.lets(account, 0o2) else { return nil }
        return advice(found, socket, account, verb: "write to", bit: 0o020)
    }

    /// What prevents the account from entering the directories of a socket, and what to do; `nil` if nothing does.
    static func obstacle(
        for account: Account,
        toEnter socket: String,
        status: (String) -> FileStatus?
    ) -> String? {
        for end in socket.indices where socket[end] == "/" && end != socket.startIndex {
            let directory = String(socket[..<end])
            guard let found = status(directory), !found.lets(account, 0o1) else { continue }
            return advice(found, directory, account, verb: "enter", bit: 0o010)
        }
        return nil
    }

    private static func advice(_ found: FileStatus, _ path: String, _ account: Account, verb: String, bit: mode_t)
        -> String
    {
        guard found.permissions & bit != 0, found.group != 0 else {
            return
                "it may not \(verb) \(path); give that right to a group (chgrp sasl, chmod g+\(bit == 0o010 ? "x" : "w"))"
        }
        let group = Group.name(of: found.group)
        return
            "only group \(group) may \(verb) \(path); add it (usermod -a -G \(group) \(account.name)) and restart the mail server"
    }
}

extension FileStatus {
    /// Whether an account has the right 1, to enter, or 2, to write; root has both.
    fileprivate func lets(_ account: Account, _ right: mode_t) -> Bool {
        let shift: mode_t = account.uid == owner ? 6 : account.groups.contains(group) ? 3 : 0
        return account.uid == 0 || permissions & (right << shift) != 0
    }
}
