"""SRV030 to SRV035 and some of SRV042 to SRV052: what the site and its storage answer to an upload."""

from tools.explain.platform_text import Place, PlatformText, later, no, organisers, platforms, yes, yours
from tools.explain.texts.commands import DRY_RUN, LOGS, SHOW, UPLOAD, WHOAMI

NOT_READ = no("the request was refused before anything of the zip was read")

TEXTS = (
    PlatformText(
        code="SRV030",
        title="the storage quota is full",
        place=Place.API,
        shown=(
            "Insufficient space. Your available space is {free}. The file size is {size}. Please free up some space "
            "and try again. You can manage your files in the Resources page.",
            "creation failed, error occured",
        ),
        also=("Submission upload failed: Insufficient space", "storage quota exceeded"),
        causes=(
            yours("old submissions, their outputs and logs fill the quota: each counts about twice", "UPL005"),
            yours("the zip is larger than it need be", "ARC006", "ARC009", "ARC011"),
        ),
        again=later("when files were removed on the Resources page"),
        run=(WHOAMI,),
        source="codabench.md 3.4; 4, row 28",
    ),
    PlatformText(
        code="SRV031",
        title="the storage host refused the upload's signature",
        place=Place.API,
        shown=(
            "The request signature we calculated does not match the signature you provided. Check your key and signing "
            "method.",
            "SignatureDoesNotMatch",
        ),
        causes=(
            yours(
                "the PUT must send exactly `Content-Type: application/zip`; some browsers and proxies send another",
                "UPL006",
            ),
            yours("a proxy between this machine and the storage host changed the request", "UPL006"),
        ),
        again=yes("with that header, or with another browser"),
        run=(UPLOAD,),
        source="codabench.md 3.5; 4, row 29",
    ),
    PlatformText(
        code="SRV032",
        title="the upload broke off",
        place=Place.PAGE,
        shown=("Submission upload failed. Server returned: {status} error", "Submission upload failed: {why}"),
        also=("413 Request Entity Too Large", "ERR_CONNECTION_RESET", "ERR_NETWORK_CHANGED", "0 KB"),
        causes=(
            yours("the network, a proxy or a VPN cut a long upload", "ARC009"),
            platforms(
                "the storage host was down, or cannot be reached from here: it is another host than the site", "UPL006"
            ),
        ),
        again=yes("from another network if it breaks again; an entry of 0 KB that is left behind can be deleted"),
        run=(UPLOAD,),
        source="codabench.md 4, row 30; 3.5",
    ),
    PlatformText(
        code="SRV033",
        title="today's submissions are used up",
        place=Place.API,
        shown=("Reached maximum allowed submissions for today for this phase",),
        causes=(
            yours("the day's number of submissions is reached; the day is that of UTC", "UPL004"),
            yours("cancelled submissions were counted, too"),
        ),
        again=later("after midnight UTC"),
        run=(SHOW,),
        source="codabench.md 3.3; 4, rows 31 and 32",
    ),
    PlatformText(
        code="SRV034",
        title="the phase's submissions are used up",
        place=Place.API,
        shown=("Reached maximum allowed submissions for this phase",),
        also=("PermissionError: The submission limit was reached", "submission limit reached"),
        causes=(
            yours("the number of submissions of the whole phase is reached", "UPL004"),
            yours("cancelled submissions were counted, too; failed ones are not"),
        ),
        again=no("unless the organiser raises the limit"),
        run=(SHOW,),
        source="codabench.md 3.3; 4, rows 31 and 32",
    ),
    PlatformText(
        code="SRV035",
        title="the phase is not open",
        place=Place.PAGE,
        shown=("This phase has ended and no longer accepts submissions!", "This phase has not started yet"),
        also=("phase is not active", "phase not active", "phase has ended", "phase is not current"),
        causes=(
            yours("the phase has ended, or has not begun: its dates are UTC", "UPL003"),
            organisers("the dates of the phases are set otherwise than announced"),
        ),
        again=later("in a phase that is open"),
        run=(SHOW,),
        source="codabench.md 3.3; 3.9; 4, row 33",
    ),
    PlatformText(
        code="SRV042",
        title="the site failed: an HTML page instead of an answer",
        place=Place.API,
        shown=("Server Error (500)",),
        also=("Internal Server Error",),
        whole=(r"(?:http )?(?:error )?500(?: internal server error)?",),
        causes=(
            yours(
                "the limit of submissions is reached: older versions of the site answer so, after the upload", "UPL004"
            ),
            yours("no token was sent with a request that makes a submission", "UPL001"),
            platforms("the site failed by itself", "UPL009"),
        ),
        again=later("when the page of the competition still shows a submission left"),
        run=(DRY_RUN,),
        source="codabench.md 3.6; 4, row 31; 6, findings for the client",
    ),
    PlatformText(
        code="SRV043",
        title="the site or the host before it did not answer",
        place=Place.PAGE,
        shown=("502 Bad Gateway", "503 Service Unavailable", "504 Gateway Time-out"),
        also=("504 Gateway Timeout", "upstream connect error", "Service Temporarily Unavailable"),
        whole=(r"(?:http )?(?:error )?50[234]",),
        causes=(
            platforms("the site is restarted or overloaded, as often in the last hours of a phase", "UPL009"),
            yours("this machine's network or proxy cannot reach it", "UPL009"),
        ),
        again=yes("in some minutes; look first whether the submission is listed, else it is sent twice"),
        run=(UPLOAD,),
        source="codabench.md 4, rows 24 and 30; 6, findings for the client",
    ),
    PlatformText(
        code="SRV044",
        title="a data set of this name is there already",
        place=Place.API,
        shown=("You already have a dataset by this name, please delete that dataset or rename this one",),
        causes=(yours("the upload was given a name; leave it out, for the site then makes one"),),
        again=yes("without a name, or with another one"),
        run=(UPLOAD,),
        source="codabench.md 3.4",
    ),
    PlatformText(
        code="SRV049",
        title="the request lacked something, or named what is not there",
        place=Place.API,
        shown=(
            "This field is required.",
            "A valid number is required.",
            'Invalid pk "{number}" - object does not exist.',
            "Object with key={key} does not exist.",
            "{value} is not a valid UUID.",
            '"{value}" is not a valid choice.',
            'Method "{method}" not allowed.',
        ),
        whole=(r"(?:http )?(?:error )?40[05](?: (?:bad request|method not allowed))?",),
        causes=(
            yours("a script sends a wrong field: the answer names the field before the text"),
            yours("the address lacks its last slash: a POST then becomes a GET"),
        ),
        again=NOT_READ,
        run=(UPLOAD,),
        source="codabench.md 3.4; 3.6; 6, findings for the client",
    ),
    PlatformText(
        code="SRV050",
        title="the storage host got two signatures at once",
        place=Place.API,
        shown=(
            "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string "
            "parameter or the Authorization header should be specified",
        ),
        causes=(
            yours("a script sends its token to the storage host as well: the signed address is enough there", "UPL006"),
        ),
        again=yes("without the Authorization header"),
        run=(UPLOAD,),
        source="codabench.md 3.5; 6, findings for the client",
    ),
    PlatformText(
        code="SRV052",
        title="a link to a file has run out",
        place=Place.API,
        shown=("Request has expired", "AccessDenied"),
        causes=(yours("the address of a log or result is good for five days: open the submission's page again"),),
        again=no("nothing is wrong with the submission: only the link is old"),
        run=(LOGS,),
        source="codabench.md 3.5; 3.7",
    ),
)
