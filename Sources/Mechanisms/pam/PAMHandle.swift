internal import Authentication
internal import CPAM
internal import Glibc

/// One run through a PAM service, from pam_start(3) to pam_end(3); each request has its own.
@safe
struct PAMHandle: ~Copyable {
    private let handle: OpaquePointer
    /// The conversation of the run; the library has a pointer to it until pam_end(3).
    private let conversation: PAMConversation
    /// The result of the last step, which pam_end(3) passes on to the modules.
    private var status: PAMStatus

    /// Starts the service `service` for `conversation.login`.
    init(service: ByteString, _ conversation: PAMConversation) throws(PAMFailure) {
        self.conversation = conversation
        var callbacks = unsafe pam_conv(
            conv: answerPAM,
            appdata_ptr: Unmanaged.passUnretained(conversation).toOpaque()
        )
        var handle: OpaquePointer?
        // SAFETY: both names are terminated; the library copies them and the structure of callbacks.
        status = PAMStatus(unsafe pam_start(service.cString, conversation.login.cString, &callbacks, &handle))
        guard status == .success, let handle = unsafe handle else {
            throw PAMFailure(call: "pam_start", status: status)
        }
        unsafe self.handle = handle
        unsafe conversation.handle = handle
    }

    /// Sets where the user comes from, PAM_RHOST.
    mutating func setRemoteHost(_ host: ByteString) throws(PAMFailure) {
        let name = host.cString
        // SAFETY: the name is terminated, and the library copies it.
        try unsafe step("pam_set_item") { unsafe pam_set_item($0, PAM_RHOST, name) }
    }

    /// Makes Linux-PAM report the delay after a failure instead of waiting.
    mutating func takeOverDelay() throws(PAMFailure) {
        // SAFETY: the function exists as long as the program runs.
        try unsafe step("pam_set_item") { unsafe cpam_set_delay($0, notePAMDelay) }
    }

    mutating func authenticate() throws(PAMFailure) {
        // SAFETY: the handle is open, and its callbacks' data lives as long as `self`.
        try unsafe step("pam_authenticate") { unsafe pam_authenticate($0, CInt(PAM_SILENT)) }
    }

    mutating func checkAccount() throws(PAMFailure) {
        // SAFETY: as above.
        try unsafe step("pam_acct_mgmt") { unsafe pam_acct_mgmt($0, CInt(PAM_SILENT)) }
    }

    /// The user name after the modules ran, PAM_USER; `nil` if the library has none.
    var user: ByteString? {
        var item: UnsafeRawPointer?
        // SAFETY: one variable for the one value that the call fills; the library's text is terminated, and copied at once.
        guard unsafe pam_get_item(handle, PAM_USER, &item) == PAM_SUCCESS, let item = unsafe item else { return nil }
        return unsafe ByteString(cString: item.assumingMemoryBound(to: CChar.self))
    }

    private mutating func step(_ call: String, _ body: (OpaquePointer) -> CInt) throws(PAMFailure) {
        status = PAMStatus(unsafe body(handle))
        guard status == .success else { throw PAMFailure(call: call, status: status) }
    }

    deinit {
        // SAFETY: the handle was opened by `init` and is closed only here.
        unsafe pam_end(handle, status.code)
        unsafe conversation.handle = nil
    }
}

/// A call of the PAM library that did not succeed.
struct PAMFailure: Error, Hashable, CustomStringConvertible {
    /// The function of the library.
    let call: String
    let status: PAMStatus

    var description: String { "\(call): \(status)" }
}
