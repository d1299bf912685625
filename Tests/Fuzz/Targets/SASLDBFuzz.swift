import Authentication
import Glibc
import Platform

@testable import SASLDB

/// Damaged sasldb2 files.
enum SASLDBFuzz {
    private static let users = [
        ("alice", "secret-of-alice"), ("bob", "another"), ("carol", String(repeating: "long", count: 300)),
    ]

    /// The bytes of a file with three users.
    private static let intact: [UInt8] = {
        let folder = "/tmp/fuzz-sasldb-\(getpid())"
        let path = folder + "/sasldb2"
        do throws(SystemError) {
            try Directory.make(folder, mode: 0o700)
            // SAFETY: the path is a terminated string for the length of the call.
            defer { unsafe rmdir(folder) }
            do throws(SASLDBError) {
                for (user, password) in users {
                    let user = SASLDBUser(login: ByteString(user), realm: "x")
                    try SASLDBWriter(path: path).set(Secret(Array(password.utf8)), of: user)
                }
            } catch {
                fatalError("\(error)")
            }
            defer { try? Directory.removeFile(path) }
            return try OwnedDescriptor.open(path, O_RDONLY).readAll(limit: 1 << 20)
        } catch {
            fatalError("\(error)")
        }
    }()

    /// The damaged file, in memory.
    private static let file: OwnedDescriptor = {
        do throws(SystemError) {
            return try OwnedDescriptor.memory(named: "sasldb2", holding: "")
        } catch {
            fatalError("\(error)")
        }
    }()
    private static var path: String { "/proc/self/fd/\(file.rawValue)" }

    /// Overwrites bytes of an intact file: each four bytes of the input are a place, a length and a value; a length of
    /// 255 cuts the file.
    private static func damaged(_ input: [UInt8]) -> [UInt8] {
        var file = intact
        for start in stride(from: 0, to: input.count - 3, by: 4) {
            let place = Int(input[start]) << 8 | Int(input[start + 1])
            let (length, value) = (Int(input[start + 2]), input[start + 3])
            guard place < file.count else { continue }
            if length == 255 {
                file.removeSubrange(place...)
            } else {
                for index in place..<min(file.count, place + 1 + length % 16) { file[index] = value }
            }
        }
        return file
    }

    static func run(_ input: [UInt8]) throws(BrokenProperty) {
        let file = damaged(input)
        try check(write(file), "the file cannot be written")
        try check(intact.count > 4096, "there is no file")
        for (name, password) in users + [("nobody", "")] {
            guard let key = SASLDBKey(SASLDBUser(login: ByteString(name), realm: "x"), .password).encoded,
                let value = value(of: key), value != Array(password.utf8)
            else { continue }
            try check(occurrences(of: key, in: file) > 0, "\(name) is not in the file")
            // A long one may be divided.
            let beginning = Array(value.prefix(64))
            try check(value.isEmpty || occurrences(of: beginning, in: file) > 0, "a password that is not in the file")
        }
        _ = keys()
    }

    private static func write(_ bytes: [UInt8]) -> Bool {
        do throws(SystemError) {
            try OwnedDescriptor.open(path, O_WRONLY | O_TRUNC).writeAll(bytes.span)
            return true
        } catch {
            return false
        }
    }

    /// The value of a key, as the reader finds it; the reader itself would wait, as the file has just changed.
    private static func value(of key: [UInt8]) -> [UInt8]? {
        do throws(SASLDBError) {
            try SASLDBFormat.check(path: path)
            try BerkeleyDatabase.verify(path: path)
            return try BerkeleyDatabase(path: path, for: .reading).value(of: key)?.bytes
        } catch {
            return nil
        }
    }

    private static func keys() -> Int {
        var count = 0
        do throws(SASLDBError) {
            try SASLDBFormat.check(path: path)
            try BerkeleyDatabase.verify(path: path)
            try BerkeleyDatabase(path: path, for: .reading).forEachKey { bytes in
                count += SASLDBKey(encoded: bytes) == nil ? 0 : 1
            }
        } catch {
            return -1
        }
        return count
    }
}
