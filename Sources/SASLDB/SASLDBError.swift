package import Platform

internal import Glibc

/// Why a sasldb2 file could not be read or changed.
///
/// Never contains a password or any other part of a file's content.
package enum SASLDBError: Error, Hashable, Sendable {
    case missing(path: String)
    /// The mode of the file, or of a folder above it, denies access to this process.
    case forbidden(SystemError)
    case system(SystemError)
    case notAFile(path: String)
    case wrongFormat(path: String, SASLDBFormat)
    /// The pages of the file are inconsistent.
    case damaged(path: String)
    /// The file changed during every attempt to read it.
    case changing(path: String)
    /// Another program held the lock of the file for too long.
    case locked(path: String)
    /// libdb failed, with its own reason.
    case library(operation: String, path: String, reason: String)
    /// A login or a realm contains a zero byte.
    case invalidName

    /// Classifies a failed system call on the file at `path`.
    init(_ error: SystemError, path: String) {
        switch error.number {
        case ENOENT, ENOTDIR: self = .missing(path: path)
        case EACCES, EPERM: self = .forbidden(error)
        default: self = .system(error)
        }
    }

    /// Whether the reason is a lack of rights.
    package var isForbidden: Bool {
        switch self {
        case .forbidden: true
        default: false
        }
    }
}

extension SASLDBError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missing(let path): "\(path) does not exist; create it with saslpasswd2(8)"
        case .forbidden(let error): "\(error); run as root or as a member of the file's group"
        case .system(let error): "\(error)"
        case .notAFile(let path): "\(path) is not a regular file; name the sasldb2 file itself"
        case .wrongFormat(let path, .empty): "\(path) is empty; remove it and create it with saslpasswd2(8)"
        case .wrongFormat(let path, let format):
            "\(path) is \(format); expected a Berkeley DB hash as made by saslpasswd2(8)"
        case .damaged(let path):
            "\(path) is damaged; restore it, or recover its data with db5.3_dump -r and db5.3_load"
        case .changing(let path): "\(path) kept changing while it was read; try again"
        case .locked(let path): "\(path) is locked by another program; find it with fuser(1)"
        case .library(let operation, let path, let reason): "\(operation) \(path): \(reason)"
        case .invalidName: "a login or realm must not contain a zero byte"
        }
    }
}
