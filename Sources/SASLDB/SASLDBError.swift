package import Platform

internal import Glibc

/// Why a sasldb2 file could not be read or changed.
///
/// Never holds a password or any other part of a file's content.
package enum SASLDBError: Error, Hashable, Sendable {
    case missing(path: String)
    /// The file's rights, or those of a folder above it, forbid it to this process.
    case forbidden(SystemError)
    case system(SystemError)
    case notAFile(path: String)
    case wrongFormat(path: String, SASLDBFormat)
    /// The pages of the file do not belong together.
    case damaged(path: String)
    /// The file was being changed each time that it was looked at.
    case changing(path: String)
    /// Another program held the lock of the file for too long.
    case locked(path: String)
    /// libdb said no, with a reason of its own.
    case library(operation: String, path: String, reason: String)
    /// A login or a realm holds a zero byte.
    case invalidName

    /// What a failed system call means for the file at `path`.
    init(_ error: SystemError, path: String) {
        switch error.number {
        case ENOENT, ENOTDIR: self = .missing(path: path)
        case EACCES, EPERM: self = .forbidden(error)
        default: self = .system(error)
        }
    }

    /// Whether more rights would have helped.
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
        case .forbidden(let error): "\(error); it takes root or a member of the file's group"
        case .system(let error): "\(error)"
        case .notAFile(let path): "\(path) is no regular file; name the sasldb2 file itself"
        case .wrongFormat(let path, .empty): "\(path) is empty; remove it and create it with saslpasswd2(8)"
        case .wrongFormat(let path, let format):
            "\(path) is \(format); a Berkeley DB hash is needed, as saslpasswd2(8) makes it"
        case .damaged(let path):
            "\(path) is damaged; restore it, or save what is left with db5.3_dump -r and db5.3_load"
        case .changing(let path): "\(path) kept changing while it was read; try again"
        case .locked(let path): "\(path) is locked by another program; see fuser(1) for which"
        case .library(let operation, let path, let reason): "\(operation) \(path): \(reason)"
        case .invalidName: "a login or realm must not hold a zero byte"
        }
    }
}
