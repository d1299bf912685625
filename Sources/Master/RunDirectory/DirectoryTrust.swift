internal import Glibc
internal import Platform

/// Checks that only root can replace the files that a daemon creates in a directory.
///
/// Each directory on the path, through symbolic links, must belong to root. Others may write to it only if it has the
/// sticky bit, except for the last one, which must not be writable for others at all.
struct DirectoryTrust {
    /// What a directory is for.
    enum Use: Equatable {
        case runDirectory
        /// A socket of `--dovecot`.
        ///
        /// The directory may belong to the account of a mail server, or be writable for a group, since they may replace
        /// the socket that is for them. The directories above it must be root's alone all the same.
        case dovecotSocket

        var noun: String {
            switch self {
            case .runDirectory: "run directory"
            case .dovecotSocket: "socket directory"
            }
        }

        /// What to do, where `commands` make a directory trustworthy.
        ///
        /// The directories of mail servers must stay theirs.
        func advice(_ commands: String) -> String {
            switch self {
            case .runDirectory: "Fix this with \"\(commands)\", or use another directory with -m."
            case .dovecotSocket:
                "Use another directory with --dovecot: only root may be able to write to the directories above it, and not everyone to itself."
            }
        }
    }

    /// The kind of file that a name refers to.
    enum Entry: Equatable {
        /// `mode` has the twelve permission bits.
        case directory(owner: uid_t, mode: mode_t)
        case link(owner: uid_t, target: String)
        case other(owner: uid_t)
        case missing
    }

    /// A problem with a directory, or with a link on the path.
    struct Fault: Equatable {
        let path: String
        /// The owner, if not root.
        let owner: uid_t?
        /// The permissions, if others can write.
        let mode: mode_t?
        /// Whether it is the directory itself, not one above it.
        let isLast: Bool
        var use = Use.runDirectory

        /// A description, and what to do.
        var lines: [String] {
            let faults =
                (owner.map { ["belongs to uid \($0)"] } ?? [])
                + (mode.map { ["is writable for others (mode \(String($0, radix: 8)))"] } ?? [])
            let commands = (owner == nil ? [] : ["chown -h root \(path)"]) + (mode == nil ? [] : ["chmod go-w \(path)"])
            let place = isLast ? "the \(use.noun) \(path)" : "\(path), on the way to the \(use.noun),"
            return [
                "\(place) \(faults.joined(separator: " and ")): other accounts could replace the files in it",
                use.advice(commands.joined(separator: " && ")),
            ]
        }
    }

    private static let writable: mode_t = 0o022
    private static let writableForAll: mode_t = 0o002
    private static let sticky: mode_t = 0o1000
    private static let mostLinks = 40

    /// The first fault on the absolute `path`; a missing directory has none.
    ///
    /// `look` inspects a name without following a link. `outsider` is the owner that files from outside this user
    /// namespace appear to have: those directories contain the namespace, and nobody in it can change them.
    static func fault(
        of path: String,
        for use: Use = .runDirectory,
        outsider: uid_t? = outsider,
        look: (String) -> Entry = look
    ) -> Fault? {
        var current = ""
        var rest = parts(of: path)[...]
        var links = 0
        guard let root = fault(of: look("/"), at: "/", above: nil, isLast: rest.isEmpty, use, outsider) else {
            while let part = rest.popFirst() {
                if part == ".." {
                    current = String(current[..<(current.lastIndex(of: "/") ?? current.startIndex)])
                    continue
                }
                let above = look(current.isEmpty ? "/" : current)
                let next = "\(current)/\(part)"
                let entry = look(next)
                if let fault = fault(of: entry, at: next, above: above, isLast: rest.isEmpty, use, outsider) {
                    return fault
                }
                switch entry {
                case .directory: current = next
                case .link(_, let target):
                    links += 1
                    // The kernel reports the loop to whoever opens it.
                    guard links <= mostLinks else { return nil }
                    if target.hasPrefix("/") { current = "" }
                    rest = (parts(of: target) + rest)[...]
                case .other, .missing: return nil
                }
            }
            return nil
        }
        return root
    }

    private static func fault(
        of entry: Entry,
        at path: String,
        above: Entry?,
        isLast: Bool,
        _ use: Use,
        _ outsider: uid_t?
    ) -> Fault? {
        var isShared = false
        if case .directory(_, let mode) = above { isShared = mode & writable != 0 }
        switch entry {
        case .directory(let owner, let mode):
            let isShareable = isLast && use == .dovecotSocket
            let isOpen = mode & (isShareable ? writableForAll : writable) != 0 && (isLast || mode & sticky == 0)
            // In a directory with the sticky bit, the owner can replace the whole directory.
            let isRoots = owner == 0 || (!isLast && owner == outsider) || (isShareable && !isShared)
            guard !isRoots || isOpen else { return nil }
            return Fault(path: path, owner: isRoots ? nil : owner, mode: isOpen ? mode : nil, isLast: isLast, use: use)
        case .link(let owner, _):
            // If only root can write to the directory, nobody else can change the link.
            guard isShared, owner != 0, owner != outsider else { return nil }
            return Fault(path: path, owner: owner, mode: nil, isLast: false, use: use)
        case .other, .missing: return nil
        }
    }

    /// The owner that files from outside this user namespace appear to have; `nil` if there are none,
    /// user_namespaces(7).
    static var outsider: uid_t? {
        guard let map = text(of: "/proc/self/uid_map"), let overflow = text(of: "/proc/sys/kernel/overflowuid") else {
            return nil
        }
        return outsider(map: map, overflow: overflow)
    }

    /// The same, from the contents of `uid_map` and `overflowuid`, proc(5).
    static func outsider(map: String, overflow: String) -> uid_t? {
        guard let overflow = uid_t(overflow.filter(\.isNumber)) else { return nil }
        let isMapped = map.split(separator: "\n").contains { line in
            let numbers = line.split(separator: " ").compactMap { UInt64($0) }
            return numbers.count == 3 && (numbers[0]..<numbers[0] + numbers[2]).contains(UInt64(overflow))
        }
        return isMapped ? nil : overflow
    }

    private static func text(of file: String) -> String? {
        guard let bytes = try? OwnedDescriptor.open(file, O_RDONLY).readAll(limit: 65_536) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Inspects a name in the file system.
    static func look(_ path: String) -> Entry {
        guard let state = try? FileStatus(ofName: path) else { return .missing }
        if state.kind == .directory { return .directory(owner: state.owner, mode: state.permissions) }
        guard state.kind == .link, let target = try? target(ofLink: path) else { return .other(owner: state.owner) }
        return .link(owner: state.owner, target: target)
    }

    private static func parts(of path: String) -> [String] {
        path.split(separator: "/").map(String.init).filter { $0 != "." }
    }
}
