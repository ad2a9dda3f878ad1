using MimeKit;

namespace ChatOps.Sandbox.Email;

/// <summary>A mail that arrived.</summary>
/// <param name="Id">Its place.</param>
/// <param name="Recipients">From the envelope.</param>
/// <param name="Message">The mail.</param>
/// <param name="At">When it arrived.</param>
internal sealed record ReceivedMail(int Id, IReadOnlyList<string> Recipients, MimeMessage Message, DateTimeOffset At);

/// <summary>The mails that the local server took, newest last.</summary>
internal sealed class Mailbox(TimeProvider time)
{
    private const int Kept = 200;

    private readonly Lock _lock = new();
    private readonly List<ReceivedMail> _mails = [];
    private int _last;

    /// <summary>Told when a mail arrives.</summary>
    public event Action<ReceivedMail>? Arrived;

    /// <summary>All of them.</summary>
    public IReadOnlyList<ReceivedMail> All
    {
        get
        {
            lock (_lock) return [.. _mails];
        }
    }

    public ReceivedMail? Find(int id)
    {
        lock (_lock) return _mails.Find(mail => mail.Id == id);
    }

    public void Add(IReadOnlyList<string> recipients, MimeMessage message)
    {
        ReceivedMail mail;
        lock (_lock)
        {
            mail = new ReceivedMail(++_last, recipients, message, time.GetUtcNow());
            _mails.Add(mail);
            if (_mails.Count > Kept) _mails.RemoveAt(0);
        }

        Arrived?.Invoke(mail);
    }
}
