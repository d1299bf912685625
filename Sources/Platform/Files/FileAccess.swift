internal import Glibc

/// What the process may do to files, by the kernel's own judgement.
package enum FileAccess {
    /// Whether the process may look up names in the directory `path`; access(2).
    package static func mayEnter(_ path: String) -> Bool {
        // SAFETY: the path is a terminated string for the length of the call.
        unsafe access(path, X_OK) == 0
    }

    /// Whether the process may write to the file or directory `path`; access(2).
    package static func mayWrite(to path: String) -> Bool {
        // SAFETY: the path is a terminated string for the length of the call.
        unsafe access(path, W_OK) == 0
    }
}
