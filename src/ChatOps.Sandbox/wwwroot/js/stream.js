// The workspace's Server-Sent Events. The browser reconnects by itself and sends Last-Event-ID.

const kinds = ['message', 'message_changed', 'message_deleted', 'view', 'home', 'notice', 'aws', 'mail', 'reset'];

/** Listens for `user`; `on[kind](data)` is called per event, `on.connection(up)` when the connection comes or goes. Returns a function that stops. */
export function listen(user, on) {
  const source = new EventSource(`/sandbox/stream?user=${encodeURIComponent(user)}`);
  let retry;
  for (const kind of kinds) {
    source.addEventListener(kind, event => {
      let data = {};
      try { data = JSON.parse(event.data || '{}'); } catch { /* A frame that is not JSON carries nothing we could show. */ return; }
      on[kind]?.(data);
    });
  }
  let stop = () => source.close();
  source.addEventListener('open', () => on.connection(true));
  source.addEventListener('error', () => {
    on.connection(false);
    // A refused connection is closed for good; ask again, and let the listener load what was missed.
    if (source.readyState === EventSource.CLOSED) {
      retry = setTimeout(() => { stop = listen(user, on); on.reset?.({}); }, 2000);
    }
  });
  return () => { clearTimeout(retry); source.close(); stop(); };
}
