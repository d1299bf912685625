internal import Authentication
internal import CPAM
internal import Glibc
internal import MechanismKit

/// The conversation with the modules of one run, pam_conv(3).
///
/// A prompt without echo gets the password, each time. A prompt with echo gets the login if it is the prompt for the user name
/// (PAM_USER_PROMPT). Other messages get no reply. Used by one thread.
@safe
final class PAMConversation {
    let login: ByteString
    private let password: Secret
    private let log: MechanismLog
    /// How long modules ask to delay a failure, in microseconds.
    fileprivate(set) var delay: UInt32 = 0
    /// The PAM handle, between pam_start(3) and pam_end(3).
    var handle: OpaquePointer?

    /// A conversation about `request`; unanswered prompts and messages of modules go to `log`, level debug.
    init(_ request: borrowing AuthRequest, _ log: MechanismLog) {
        login = request.login
        password = Secret(copying: request.password.span)
        self.log = log
    }

    /// The reply to a module.
    fileprivate enum Answer {
        case password
        case login
        /// No text.
        case none
        /// A kind of message that the application does not support.
        case refused
    }

    fileprivate func answer(to message: pam_message) -> Answer {
        switch unsafe message.msg_style {
        case PAM_PROMPT_ECHO_OFF: return .password
        case PAM_PROMPT_ECHO_ON:
            let question = unsafe message.msg.map { unsafe ByteString(cString: $0) } ?? ""
            if question == userPrompt { return .login }
            log.debug("unsupported PAM prompt, left unanswered: \(shown(question))")
            return .none
        case PAM_TEXT_INFO, PAM_ERROR_MSG:
            log.debug("message of a module: \(shown(unsafe message.msg.map { unsafe ByteString(cString: $0) } ?? ""))")
            return .none
        default: return .refused
        }
    }

    /// The longest text of a module in the log, in bytes.
    private static let longestText = 200

    /// A text of a module for the log: cut, and hidden if it contains the password.
    private func shown(_ text: ByteString) -> ByteString {
        guard !password.isContained(in: text.bytes) else { return "(a text that contains the password)" }
        guard text.count > Self.longestText else { return text }
        return ByteString(Array(text.bytes.prefix(Self.longestText))).appending(" ...")
    }

    /// The reply as a string that the module frees; the caller wipes replies that no module gets.
    fileprivate func copy(_ answer: Answer) -> UnsafeMutablePointer<CChar>? {
        switch answer {
        case .password: unsafe password.withCString { unsafe strdup($0) }
        case .login: unsafe strdup(login.cString)
        case .none, .refused: nil
        }
    }

    private var userPrompt: ByteString? {
        var item: UnsafeRawPointer?
        // SAFETY: the handle is open while modules ask; the item is a terminated string or a null pointer.
        guard let handle = unsafe handle, unsafe pam_get_item(handle, PAM_USER_PROMPT, &item) == PAM_SUCCESS else {
            return nil
        }
        return unsafe item.map { unsafe ByteString(cString: $0.assumingMemoryBound(to: CChar.self)) }
    }
}

/// The callback of pam_conv(3).
func answerPAM(
    _ count: CInt,
    _ messages: UnsafeMutablePointer<UnsafePointer<pam_message>?>?,
    _ responses: UnsafeMutablePointer<UnsafeMutablePointer<pam_response>?>?,
    _ data: UnsafeMutableRawPointer?
) -> CInt {
    guard count > 0, count <= PAM_MAX_NUM_MSG, let messages = unsafe messages, let responses = unsafe responses,
        let data = unsafe data
    else { return PAM_CONV_ERR }
    // SAFETY: the pointer is the one that `PAMHandle` has set, and the conversation outlives the handle.
    let conversation = unsafe Unmanaged<PAMConversation>.fromOpaque(data).takeUnretainedValue()
    // SAFETY: zeroed memory for as many responses as there are messages; the module frees it with free(3).
    guard let list = unsafe calloc(Int(count), MemoryLayout<pam_response>.stride) else { return PAM_BUF_ERR }
    let answers = unsafe list.assumingMemoryBound(to: pam_response.self)
    for index in 0..<Int(count) {
        // SAFETY: Linux-PAM hands over an array of `count` pointers to messages.
        let answer = unsafe messages[index].map { unsafe conversation.answer(to: $0.pointee) } ?? .refused
        unsafe answers[index].resp = conversation.copy(answer)
        let isMissing = unsafe answers[index].resp == nil && answer.hasText
        guard answer != .refused, !isMissing else {
            unsafe discard(answers, count: index + 1)
            return isMissing ? PAM_BUF_ERR : PAM_CONV_ERR
        }
    }
    unsafe responses.pointee = answers
    return PAM_SUCCESS
}

/// The callback of PAM_FAIL_DELAY, pam_fail_delay(3); Linux-PAM also calls it after a success.
func notePAMDelay(_ status: CInt, _ microseconds: UInt32, _ data: UnsafeMutableRawPointer?) {
    guard status != PAM_SUCCESS, let data = unsafe data else { return }
    // SAFETY: as for the conversation.
    unsafe Unmanaged<PAMConversation>.fromOpaque(data).takeUnretainedValue().delay = microseconds
}

private func discard(_ answers: UnsafeMutablePointer<pam_response>, count: Int) {
    for index in 0..<count {
        guard let text = unsafe answers[index].resp else { continue }
        // SAFETY: a terminated string made by strdup(3), which no module has a pointer to.
        unsafe explicit_bzero(text, strlen(text))
        unsafe free(text)
    }
    unsafe free(answers)
}

extension PAMConversation.Answer {
    fileprivate var hasText: Bool { self == .password || self == .login }
}
