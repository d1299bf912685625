internal import Authentication
internal import Glibc
internal import MechanismKit
internal import Platform

/// Finds out by Linux-PAM: authentication and account management of the service that the client names.
struct PAMMechanism: BlockingMechanism {
    private let log: MechanismLog

    /// Warns when the process has no right that pam_unix(8) needs; other modules may need none.
    init(log: MechanismLog) {
        self.log = log
        let shadow = "/etc/shadow"
        // SAFETY: the path is a terminated string for the length of the call.
        if unsafe access(shadow, R_OK) != 0, errno == EACCES {
            log.warning(
                "\(shadow) may not be read, so pam_unix cannot check passwords: start the daemon as root, or from an account in the "
                    + "group that may read it"
            )
        }
    }

    func authenticate(_ request: borrowing AuthRequest) -> Verdict {
        decide(on: request).verdict
    }

    /// Decides on `request`, in as much time as the modules take; what they ask for as a failure's delay is left to the frontend.
    func decide(on request: borrowing AuthRequest) -> Decision {
        guard PAMServiceName.isAllowed(request.service) else {
            log.warning("the service \"\(request.service)\" is no name of a file in /etc/pam.d and is refused")
            return Decision(.refused(.wrongPassword))
        }
        let conversation = PAMConversation(request) { [log] in log.debug($0) }
        var account: ByteString?
        let verdict = verdict(request, conversation, &account)
        // In milliseconds, rounded up.
        let delay = conversation.delay / 1000 + (conversation.delay % 1000 > 0 ? 1 : 0)
        return Decision(verdict, delay: delay, account: account)
    }

    /// `account` becomes the name that the modules have given the user, if it is another than the login.
    private func verdict(
        _ request: borrowing AuthRequest,
        _ conversation: PAMConversation,
        _ account: inout ByteString?
    ) -> Verdict {
        let service = request.service
        do throws(PAMFailure) {
            var handle = try PAMHandle(service: service, conversation)
            try handle.takeOverDelay()
            if let host = RemoteHost.host(of: request.remote) { try handle.setRemoteHost(host) }
            do throws(PAMFailure) {
                defer { account = PAMAccountName.name(handle.user, of: request.login) }
                try handle.authenticate()
            } catch {
                return Self.verdict(error, service, error.status.refusalOfLogin)
            }
            do throws(PAMFailure) {
                try handle.checkAccount()
            } catch {
                return Self.verdict(error, service, error.status.refusalOfAccount)
            }
            return .accepted
        } catch {
            return .unavailable(Unavailability("service \(service): \(error)"))
        }
    }

    private static func verdict(_ failure: PAMFailure, _ service: ByteString, _ refusal: Refusal) -> Verdict {
        failure.status.isFailureOfService
            ? .unavailable(Unavailability("service \(service): \(failure)")) : .refused(refusal)
    }
}
