internal import Authentication
internal import CPAM
internal import Glibc

/// One run through a PAM service, from pam_start(3) to pam_end(3): a fresh one for each request.
@safe
struct PAMHandle: ~Copyable {
    private let handle: OpaquePointer
    /// Asks and notes for the handle; the library has a pointer to it until the end.
    private let conversation: PAMConversation
    /// The result of the last step, which pam_end(3) passes on to the modules.
    private var status: PAMStatus

    /// Begins the service `service` for `conversation.login`.
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

    /// Has the modules tell how long a failure is to be held back instead of waiting themselves.
    mutating func takeOverDelay() throws(PAMFailure) {
        // SAFETY: the function is there for as long as the program runs.
        try unsafe step("pam_set_item") { unsafe cpam_set_delay($0, notePAMDelay) }
    }

    mutating func authenticate() throws(PAMFailure) {
        // SAFETY: the handle is open, and what its callbacks refer to lives as long as `self`.
        try unsafe step("pam_authenticate") { unsafe pam_authenticate($0, CInt(PAM_SILENT)) }
    }

    mutating func checkAccount() throws(PAMFailure) {
        // SAFETY: as above.
        try unsafe step("pam_acct_mgmt") { unsafe pam_acct_mgmt($0, CInt(PAM_SILENT)) }
    }

    /// Whom the modules take the user for, PAM_USER; `nil` where the library does not say.
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
        // SAFETY: the handle was opened by `init` and is closed here alone.
        unsafe pam_end(handle, status.code)
        unsafe conversation.handle = nil
    }
}

/// A step that did not end well.
struct PAMFailure: Error, Hashable, CustomStringConvertible {
    /// The function of the library.
    let call: String
    let status: PAMStatus

    var description: String { "\(call): \(status)" }
}
