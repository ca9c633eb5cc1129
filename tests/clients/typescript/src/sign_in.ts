// Signing in at the issuer as any single-page application does: authorization code with PKCE, as a public client.

import { createHash, randomBytes } from "node:crypto";
import { sendTo } from "./person.js";

const CLIENT = "sandbox-frontend";

/** The access token of a person who signs in. */
export async function signIn(issuer: string, returnTo: string): Promise<string> {
  const metadata = await json(`${issuer}/.well-known/openid-configuration`);
  const verifier = randomBytes(32).toString("base64url");
  const state = randomBytes(16).toString("base64url");
  const asked = new URLSearchParams({
    response_type: "code",
    client_id: CLIENT,
    redirect_uri: returnTo,
    scope: "openid profile email",
    state,
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
  });
  const returned = new URL(await sendTo(`${metadata["authorization_endpoint"]}?${asked}`, "Sign in")).searchParams;
  if (returned.get("state") !== state) throw new Error("This sign-in was not begun here.");
  const body = new URLSearchParams({
    grant_type: "authorization_code",
    client_id: CLIENT,
    redirect_uri: returnTo,
    code: returned.get("code") ?? "",
    code_verifier: verifier,
  });
  return (await json(metadata["token_endpoint"] ?? "", { method: "POST", body }))["access_token"] ?? "";
}

async function json(url: string, request?: RequestInit): Promise<Record<string, string>> {
  const response = await fetch(url, request);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response.json() as Promise<Record<string, string>>;
}
