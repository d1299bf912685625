internal import Glibc
internal import Platform

/// The format of a file, by its first bytes.
package enum SASLDBFormat: Hashable, Sendable {
    /// A Berkeley DB hash, the format of sasldb2 files on Debian.
    case berkeleyHash
    /// A Berkeley DB hash in several files, or an encrypted one; libsasl2 can open neither.
    case berkeleyPartitions
    case berkeleyEncrypted
    /// A Berkeley DB file that is not a hash.
    case berkeleyOther
    case gdbm
    case lmdb
    case empty
    case unknown

    /// The number of bytes needed to recognize a format.
    package static let prefixLength = 28

    /// Recognizes the format by its magic number, in either byte order.
    package init(prefix: Span<UInt8>) {
        if prefix.isEmpty {
            self = .empty
        } else if Self.word(at: 12, of: prefix, is: [0x0006_1561]) {
            self = .berkeleyHash
        } else if Self.word(at: 12, of: prefix, is: [0x0005_3162, 0x0004_2253, 0x0007_4582]) {
            self = .berkeleyOther
        } else if Self.word(at: 0, of: prefix, is: [0x1357_9ACF, 0x1357_9ACD, 0x1357_9ACE, 0x1357_9AD0, 0x1357_9AD1]) {
            self = .gdbm
        } else if Self.word(at: 16, of: prefix, is: [0xBEEF_C0DE]) {
            self = .lmdb
        } else {
            self = .unknown
        }
    }

    private static func word(at offset: Int, of prefix: Span<UInt8>, is values: [UInt32]) -> Bool {
        guard prefix.count >= offset + 4 else { return false }
        var word: UInt32 = 0
        for index in offset..<offset + 4 { word = word << 8 | UInt32(prefix[index]) }
        return values.contains(word) || values.contains(word.byteSwapped)
    }
}

extension SASLDBFormat: CustomStringConvertible {
    package var description: String {
        switch self {
        case .berkeleyHash: "a Berkeley DB hash"
        case .berkeleyPartitions: "a Berkeley DB hash with partitions"
        case .berkeleyEncrypted: "an encrypted Berkeley DB hash"
        case .berkeleyOther: "a Berkeley DB file, but not a hash"
        case .gdbm: "a GDBM file"
        case .lmdb: "an LMDB file"
        case .empty: "empty"
        case .unknown: "not a database"
        }
    }
}

extension SASLDBFormat {
    /// Makes sure that the file at `path` is a Berkeley DB hash, before libdb sees it.
    ///
    /// - Parameters:
    ///   - path: symbolic links are followed.
    ///   - allowingEmpty: whether an empty file is accepted.
    /// - Throws: also when the file is missing, unreadable or not a regular file.
    static func check(path: String, allowingEmpty: Bool = false) throws(SASLDBError) {
        let beginning: Beginning?
        do { beginning = try read(path) } catch { throw SASLDBError(error, path: path) }
        guard let beginning else { throw .notAFile(path: path) }
        switch SASLDBFormat(prefix: beginning.bytes.span) {
        case .berkeleyHash: try checkMetadata(beginning, path)
        case .empty where allowingEmpty: return
        case let other: throw .wrongFormat(path: path, other)
        }
    }

    private static func checkMetadata(_ beginning: Beginning, _ path: String) throws(SASLDBError) {
        do throws(HashMetadata.Problem) {
            try HashMetadata.check(beginning.bytes.span, size: beginning.size)
            guard beginning.pageTypes.allSatisfy(HashPages.types.contains) else { throw .damaged }
        } catch {
            switch error {
            case .damaged: throw .damaged(path: path)
            case .encrypted: throw .wrongFormat(path: path, .berkeleyEncrypted)
            case .partitioned: throw .wrongFormat(path: path, .berkeleyPartitions)
            }
        }
    }

    /// The first bytes of a file, its size in bytes, and the types of the pages after the first.
    private struct Beginning {
        let bytes: [UInt8]
        let size: Int
        let pageTypes: [UInt8]
    }

    /// Reads the beginning of the file at `path`; `nil` if it is not a regular file.
    private static func read(_ path: String) throws(SystemError) -> Beginning? {
        // Nonblocking, so that opening a FIFO does not block.
        let descriptor = try OwnedDescriptor.open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY)
        let state = try FileStatus(of: descriptor)
        guard state.kind == .regular else { return nil }
        let bytes = try descriptor.readAll(limit: HashMetadata.length)
        guard let pageSize = try? HashMetadata.check(bytes.span, size: state.size) else {
            return Beginning(bytes: bytes, size: state.size, pageTypes: [])
        }
        let types = try HashPages.types(in: descriptor, pageSize: pageSize, size: state.size)
        return Beginning(bytes: bytes, size: state.size, pageTypes: types)
    }
}
