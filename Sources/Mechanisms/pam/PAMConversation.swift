internal import Authentication
internal import CPAM
internal import Glibc

/// What modules ask for and what they wish, during one run.
///
/// Answers a question without echo with the password, as often as it is asked, and one with echo with the login if it is the
/// question for it (PAM_USER_PROMPT). What else a module says has no answer. Used by one thread.
@safe
final class PAMConversation {
    let login: ByteString
    private let password: Secret
    private let unanswered: (String) -> Void
    /// How long a failure is to be held back, in microseconds.
    fileprivate(set) var delay: UInt32 = 0
    /// The run, between its begin and its end.
    var handle: OpaquePointer?

    /// A conversation about `request`; `unanswered` is told of questions that have no answer.
    init(_ request: borrowing AuthRequest, unanswered: @escaping (String) -> Void) {
        login = request.login
        password = Secret(copying: request.password.span)
        self.unanswered = unanswered
    }

    /// What the modules are told.
    fileprivate enum Answer {
        case password
        case login
        /// No text, and none was needed.
        case none
        /// A kind of message that is none of the application's.
        case refused
    }

    fileprivate func answer(to message: pam_message) -> Answer {
        switch unsafe message.msg_style {
        case PAM_PROMPT_ECHO_OFF: return .password
        case PAM_PROMPT_ECHO_ON:
            let question = unsafe message.msg.map { unsafe ByteString(cString: $0) } ?? ""
            if question == userPrompt { return .login }
            unanswered("a module asks what only the user can answer, and gets no answer: \(question)")
            return .none
        case PAM_TEXT_INFO, PAM_ERROR_MSG: return .none
        default: return .refused
        }
    }

    /// The text as a string that the module frees; the caller wipes what no module gets.
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

/// The callback of PAM_FAIL_DELAY, pam_fail_delay(3); Linux-PAM calls it after a success too.
func notePAMDelay(_ status: CInt, _ microseconds: UInt32, _ data: UnsafeMutableRawPointer?) {
    guard status != PAM_SUCCESS, let data = unsafe data else { return }
    // SAFETY: as for the conversation.
    unsafe Unmanaged<PAMConversation>.fromOpaque(data).takeUnretainedValue().delay = microseconds
}

private func discard(_ answers: UnsafeMutablePointer<pam_response>, count: Int) {
    for index in 0..<count {
        guard let text = unsafe answers[index].resp else { continue }
        // SAFETY: a terminated string made by strdup(3), which nobody else has seen.
        unsafe explicit_bzero(text, strlen(text))
        unsafe free(text)
    }
    unsafe free(answers)
}

extension PAMConversation.Answer {
    fileprivate var hasText: Bool { self == .password || self == .login }
}
