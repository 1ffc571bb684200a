// One subscription per page: the gateway sends a whole snapshot whenever something changed.

import type { ReactiveController, ReactiveControllerHost } from "lit";
import { DOMAIN, type Hass, reason } from "./ha";

interface Host extends ReactiveControllerHost {
  hass?: Hass;
}

export class Subscription<T> implements ReactiveController {
  /** The newest snapshot; undefined until the first came. */
  value: T | undefined;
  /** Why there is none. */
  error = "";
  private running: Promise<() => Promise<void>> | undefined;

  constructor(
    private readonly host: Host,
    private readonly command: string,
    private readonly fields: () => object = () => ({}),
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    this.start();
  }

  hostUpdate(): void {
    this.start();
  }

  hostDisconnected(): void {
    this.stop();
  }

  /** Ask anew, because the fields are others. */
  restart(): void {
    this.stop();
    this.value = undefined;
    this.error = "";
    this.start();
  }

  private start(): void {
    const hass = this.host.hass;
    if (!hass || this.running) return;
    // The library subscribes anew by itself when the connection is back.
    const running = hass.connection.subscribeMessage<T>(
      (value) => {
        if (this.running !== running) return;
        this.value = value;
        this.error = "";
        this.host.requestUpdate();
      },
      { type: `${DOMAIN}/${this.command}`, ...this.fields() },
    );
    this.running = running;
    running.catch((error: unknown) => {
      if (this.running !== running) return;
      this.error = reason(hass, error);
      this.host.requestUpdate();
    });
  }

  private stop(): void {
    const running = this.running;
    this.running = undefined;
    running?.then((end) => end()).catch(() => {}); // the connection may be gone with it
  }
}
