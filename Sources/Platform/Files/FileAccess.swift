internal import Glibc

/// What the process may do to files, as the kernel decides; access(2), for the account that started the process.
package enum FileAccess {
    package enum Right: Sendable {
        /// The file exists.
        case existence
        case reading
        case writing
        /// To run a file, or to look up names in a directory.
        case execution

        fileprivate var mode: CInt {
            switch self {
            case .existence: F_OK
            case .reading: R_OK
            case .writing: W_OK
            case .execution: X_OK
            }
        }
    }

    /// Throws if the process lacks this right to the file or directory `path`.
    package static func check(_ right: Right, to path: String) throws(SystemError) {
        // SAFETY: the path is a null-terminated string during the call.
        try systemCall("access", on: path) { unsafe access(path, right.mode) }
    }

    /// Whether the process may look up names in the directory `path`.
    package static func mayEnter(_ path: String) -> Bool { has(.execution, to: path) }

    /// Whether the process may run the file `path`.
    package static func mayRun(_ path: String) -> Bool { has(.execution, to: path) }

    /// Whether the process may write to the file or directory `path`.
    package static func mayWrite(to path: String) -> Bool { has(.writing, to: path) }

    /// Whether permissions prevent the process from reading the file `path`; `false` for a missing file.
    package static func isRefused(reading path: String) -> Bool {
        do throws(SystemError) {
            try check(.reading, to: path)
            return false
        } catch {
            return error.number == EACCES
        }
    }

    private static func has(_ right: Right, to path: String) -> Bool {
        do { try check(right, to: path) } catch { return false }
        return true
    }
}
