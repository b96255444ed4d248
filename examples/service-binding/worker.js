/** A shop's front end: a Worker of its own, which calls the Services of a cluster by their names. */
export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    return pathname === "/stock" ? stock(env) : page(env);
  },
};

/** HTTP, to Service `web` of namespace `shop`. */
async function page(env) {
  const response = await env.MESH.fetch("http://web.shop/prices", { headers: { "wherry-source": "shop" } });
  const { pod, message } = await response.json();
  if (!response.ok) return new Response(`no prices: ${message}\n`, { status: 502 });
  return new Response(`the shop's prices, by ${pod}\n`);
}

/** TCP, to Service `stock`: one line there, one line back. */
async function stock(env) {
  const socket = env.MESH.connect("stock.shop:5432");
  const writer = socket.writable.getWriter();
  await writer.write(new TextEncoder().encode("boots\n"));
  const { value } = await socket.readable.getReader().read();
  await writer.close();
  return new Response(`in stock: ${new TextDecoder().decode(value)}`);
}
