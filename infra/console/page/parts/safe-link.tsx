/** A URL: a link when it is http or https, text otherwise. The page itself never asks it. */
export function SafeLink({ url }: { readonly url: string }) {
  const { protocol } = URL.parse(url) ?? {};
  if (protocol !== "https:" && protocol !== "http:") return <code>{url}</code>;
  return (
    <a class="url" href={url} target="_blank" rel="noopener noreferrer">
      {url}
    </a>
  );
}
