// Built by scripts/frontend from frontend/src..
var t7=Object.defineProperty;var M7=Object.getOwnPropertyDescriptor;var a=(t,V,C,H)=>{for(var L=H>1?void 0:H?M7(V,C):V,e=t.length-1,M;e>=0;e--)(M=t[e])&&(L=(H?M(V,C,L):M(L))||L);return H&&L&&t7(V,C,L),L};var h3="M11 10V12H9V14H7V12H5.8C5.4 13.2 4.3 14 3 14C1.3 14 0 12.7 0 11S1.3 8 3 8C4.3 8 5.4 8.8 5.8 10H11M3 10C2.4 10 2 10.4 2 11S2.4 12 3 12 4 11.6 4 11 3.6 10 3 10M16 14C18.7 14 24 15.3 24 18V20H8V18C8 15.3 13.3 14 16 14M16 12C13.8 12 12 10.2 12 8S13.8 4 16 4 20 5.8 20 8 18.2 12 16 12Z";var Z3="M15,14C12.33,14 7,15.33 7,18V20H23V18C23,15.33 17.67,14 15,14M6,10V7H4V10H1V12H4V15H6V12H9V10M15,12A4,4 0 0,0 19,8A4,4 0 0,0 15,4A4,4 0 0,0 11,8A4,4 0 0,0 15,12Z";var S3="M15,14C17.67,14 23,15.33 23,18V20H7V18C7,15.33 12.33,14 15,14M15,12A4,4 0 0,1 11,8A4,4 0 0,1 15,4A4,4 0 0,1 19,8A4,4 0 0,1 15,12M5,9.59L7.12,7.46L8.54,8.88L6.41,11L8.54,13.12L7.12,14.54L5,12.41L2.88,14.54L1.46,13.12L3.59,11L1.46,8.88L2.88,7.46L5,9.59Z";var g3="M13,13H11V7H13M13,17H11V15H13M12,2A10,10 0 0,0 2,12A10,10 0 0,0 12,22A10,10 0 0,0 22,12A10,10 0 0,0 12,2Z";var f2="M20,11V13H8L13.5,18.5L12.08,19.92L4.16,12L12.08,4.08L13.5,5.5L8,11H20Z";var f3="M21,19V20H3V19L5,17V11C5,7.9 7.03,5.17 10,4.29C10,4.19 10,4.1 10,4A2,2 0 0,1 12,2A2,2 0 0,1 14,4C14,4.1 14,4.19 14,4.29C16.97,5.17 19,7.9 19,11V17L21,19M14,21A2,2 0 0,1 12,23A2,2 0 0,1 10,21";var O3="M19,8L15,12H18A6,6 0 0,1 12,18C11,18 10.03,17.75 9.2,17.3L7.74,18.76C8.97,19.54 10.43,20 12,20A8,8 0 0,0 20,12H23M6,12A6,6 0 0,1 12,6C13,6 13.97,6.25 14.8,6.7L16.26,5.24C15.03,4.46 13.57,4 12,4A8,8 0 0,0 4,12H1L5,16L9,12";var O2="M6.03 12.03L8.03 15.5L5.5 18.68L2 12.62L6.03 12.03M17 18V15.29C17.88 14.9 18.5 14.03 18.5 13C18.5 12.43 18.3 11.9 17.97 11.5L19.94 10.35C20.95 9.76 21.3 8.47 20.71 7.46L19.33 5.06C18.74 4.05 17.45 3.7 16.44 4.28L8.31 9C7.36 9.53 7.03 10.75 7.58 11.71L9.08 14.31C9.63 15.26 10.86 15.59 11.81 15.04L13.69 13.96C13.94 14.55 14.41 15.03 15 15.29V18C15 19.1 15.9 20 17 20H22V18H17Z";var w3="M12 2C6.5 2 2 6.5 2 12S6.5 22 12 22 22 17.5 22 12 17.5 2 12 2M10 17L5 12L6.41 10.59L10 14.17L17.59 6.58L19 8L10 17Z";var b3="M15.41,16.58L10.83,12L15.41,7.41L14,6L8,12L14,18L15.41,16.58Z";var y3="M8.59,16.58L13.17,12L8.59,7.41L10,6L16,12L10,18L8.59,16.58Z";var w5="M12,2C17.53,2 22,6.47 22,12C22,17.53 17.53,22 12,22C6.47,22 2,17.53 2,12C2,6.47 6.47,2 12,2M15.59,7L12,10.59L8.41,7L7,8.41L10.59,12L7,15.59L8.41,17L12,13.41L15.59,17L17,15.59L13.41,12L17,8.41L15.59,7Z";var k3="M12,15.5A3.5,3.5 0 0,1 8.5,12A3.5,3.5 0 0,1 12,8.5A3.5,3.5 0 0,1 15.5,12A3.5,3.5 0 0,1 12,15.5M19.43,12.97C19.47,12.65 19.5,12.33 19.5,12C19.5,11.67 19.47,11.34 19.43,11L21.54,9.37C21.73,9.22 21.78,8.95 21.66,8.73L19.66,5.27C19.54,5.05 19.27,4.96 19.05,5.05L16.56,6.05C16.04,5.66 15.5,5.32 14.87,5.07L14.5,2.42C14.46,2.18 14.25,2 14,2H10C9.75,2 9.54,2.18 9.5,2.42L9.13,5.07C8.5,5.32 7.96,5.66 7.44,6.05L4.95,5.05C4.73,4.96 4.46,5.05 4.34,5.27L2.34,8.73C2.21,8.95 2.27,9.22 2.46,9.37L4.57,11C4.53,11.34 4.5,11.67 4.5,12C4.5,12.33 4.53,12.65 4.57,12.97L2.46,14.63C2.27,14.78 2.21,15.05 2.34,15.27L4.34,18.73C4.46,18.95 4.73,19.03 4.95,18.95L7.44,17.94C7.96,18.34 8.5,18.68 9.13,18.93L9.5,21.58C9.54,21.82 9.75,22 10,22H14C14.25,22 14.46,21.82 14.5,21.58L14.87,18.93C15.5,18.67 16.04,18.34 16.56,17.94L19.05,18.95C19.27,19.03 19.54,18.95 19.66,18.73L21.66,15.27C21.78,15.05 21.73,14.78 21.54,14.63L19.43,12.97Z";var b5="M12,3C7.58,3 4,4.79 4,7C4,9.21 7.58,11 12,11C16.42,11 20,9.21 20,7C20,4.79 16.42,3 12,3M4,9V12C4,14.21 7.58,16 12,16C16.42,16 20,14.21 20,12V9C20,11.21 16.42,13 12,13C7.58,13 4,11.21 4,9M4,14V17C4,19.21 7.58,21 12,21C16.42,21 20,19.21 20,17V14C20,16.21 16.42,18 12,18C7.58,18 4,16.21 4,14Z";var z="M19,4H15.5L14.5,3H9.5L8.5,4H5V6H19M6,19A2,2 0 0,0 8,21H16A2,2 0 0,0 18,19V7H6V19Z";var $3="M14,2H6A2,2 0 0,0 4,4V20A2,2 0 0,0 6,22H18A2,2 0 0,0 20,20V8L14,2M13.5,16V19H10.5V16H8L12,12L16,16H13.5M13,9V3.5L18.5,9H13Z";var _3="M3,5H9V11H3V5M5,7V9H7V7H5M11,7H21V9H11V7M11,15H21V17H11V15M5,20L1.5,16.5L2.91,15.09L5,17.17L9.59,12.59L11,14L5,20Z";var T3="M23 17C23 20.31 20.31 23 17 23V21.5C19.5 21.5 21.5 19.5 21.5 17H23M1 7C1 3.69 3.69 1 7 1V2.5C4.5 2.5 2.5 4.5 2.5 7H1M8 4.32L3.41 8.92C.19 12.14 .19 17.37 3.41 20.59S11.86 23.81 15.08 20.59L22.15 13.5C22.64 13.03 22.64 12.24 22.15 11.75C21.66 11.26 20.87 11.26 20.38 11.75L15.96 16.17L15.25 15.46L21.79 8.92C22.28 8.43 22.28 7.64 21.79 7.15S20.5 6.66 20 7.15L14.19 13L13.5 12.27L20.37 5.38C20.86 4.89 20.86 4.1 20.37 3.61S19.09 3.12 18.6 3.61L11.71 10.5L11 9.8L16.5 4.32C17 3.83 17 3.04 16.5 2.55S15.22 2.06 14.73 2.55L7.11 10.17C8.33 11.74 8.22 14 6.78 15.45L6.07 14.74C7.24 13.57 7.24 11.67 6.07 10.5L5.72 10.15L9.79 6.08C10.28 5.59 10.28 4.8 9.79 4.31C9.29 3.83 8.5 3.83 8 4.32Z";var y5="M15.07,11.25L14.17,12.17C13.45,12.89 13,13.5 13,15H11V14.5C11,13.39 11.45,12.39 12.17,11.67L13.41,10.41C13.78,10.05 14,9.55 14,9C14,7.89 13.1,7 12,7A2,2 0 0,0 10,9H8A4,4 0 0,1 12,5A4,4 0 0,1 16,9C16,9.88 15.64,10.67 15.07,11.25M13,19H11V17H13M12,2A10,10 0 0,0 2,12A10,10 0 0,0 12,22A10,10 0 0,0 22,12C22,6.47 17.5,2 12,2Z";var P3="M13.5,8H12V13L16.28,15.54L17,14.33L13.5,12.25V8M13,3A9,9 0 0,0 4,12H1L4.96,16.03L9,12H6A7,7 0 0,1 13,5A7,7 0 0,1 20,12A7,7 0 0,1 13,19C11.07,19 9.32,18.21 8.06,16.94L6.64,18.36C8.27,20 10.5,21 13,21A9,9 0 0,0 22,12A9,9 0 0,0 13,3";var B3="M4,1C2.89,1 2,1.89 2,3V7C2,8.11 2.89,9 4,9H1V11H13V9H10C11.11,9 12,8.11 12,7V3C12,1.89 11.11,1 10,1H4M4,3H10V7H4V3M3,13V18L3,20H10V18H5V13H3M14,13C12.89,13 12,13.89 12,15V19C12,20.11 12.89,21 14,21H11V23H23V21H20C21.11,21 22,20.11 22,19V15C22,13.89 21.11,13 20,13H14M14,15H20V19H14V15Z";var R3="M12,17A2,2 0 0,0 14,15C14,13.89 13.1,13 12,13A2,2 0 0,0 10,15A2,2 0 0,0 12,17M18,8A2,2 0 0,1 20,10V20A2,2 0 0,1 18,22H6A2,2 0 0,1 4,20V10C4,8.89 4.9,8 6,8H7V6A5,5 0 0,1 12,1A5,5 0 0,1 17,6V8H18M12,3A3,3 0 0,0 9,6V8H15V6A3,3 0 0,0 12,3Z";var i1="M20.71,7.04C21.1,6.65 21.1,6 20.71,5.63L18.37,3.29C18,2.9 17.35,2.9 16.96,3.29L15.12,5.12L18.87,8.87M3,17.25V21H6.75L17.81,9.93L14.06,6.18L3,17.25Z";var $1="M19,13H13V19H11V13H5V11H11V5H13V11H19V13Z";var F3="M13,2.03V2.05L13,4.05C17.39,4.59 20.5,8.58 19.96,12.97C19.5,16.61 16.64,19.5 13,19.93V21.93C18.5,21.38 22.5,16.5 21.95,11C21.5,6.25 17.73,2.5 13,2.03M11,2.06C9.05,2.25 7.19,3 5.67,4.26L7.1,5.74C8.22,4.84 9.57,4.26 11,4.06V2.06M4.26,5.67C3,7.19 2.25,9.04 2.05,11H4.05C4.24,9.58 4.8,8.23 5.69,7.1L4.26,5.67M2.06,13C2.26,14.96 3.03,16.81 4.27,18.33L5.69,16.9C4.81,15.77 4.24,14.42 4.06,13H2.06M7.1,18.37L5.67,19.74C7.18,21 9.04,21.79 11,22V20C9.58,19.82 8.23,19.25 7.1,18.37M12.5,7V12.25L17,14.92L16.25,16.15L11,13V7H12.5Z";var E3="M20.5,11H19V7C19,5.89 18.1,5 17,5H13V3.5A2.5,2.5 0 0,0 10.5,1A2.5,2.5 0 0,0 8,3.5V5H4A2,2 0 0,0 2,7V10.8H3.5C5,10.8 6.2,12 6.2,13.5C6.2,15 5,16.2 3.5,16.2H2V20A2,2 0 0,0 4,22H7.8V20.5C7.8,19 9,17.8 10.5,17.8C12,17.8 13.2,19 13.2,20.5V22H17A2,2 0 0,0 19,20V16H20.5A2.5,2.5 0 0,0 23,13.5A2.5,2.5 0 0,0 20.5,11Z";var D3="M13,3A9,9 0 0,0 4,12H1L4.89,15.89L4.96,16.03L9,12H6A7,7 0 0,1 13,5A7,7 0 0,1 20,12A7,7 0 0,1 13,19C11.07,19 9.32,18.21 8.06,16.94L6.64,18.36C8.27,20 10.5,21 13,21A9,9 0 0,0 22,12A9,9 0 0,0 13,3Z";var N3="M12,3L1,9L12,15L21,10.09V17H23V9M5,13.18V17.18L12,21L19,17.18V13.18L12,17L5,13.18Z";var W3="M13,19H14A1,1 0 0,1 15,20H22V22H15A1,1 0 0,1 14,23H10A1,1 0 0,1 9,22H2V20H9A1,1 0 0,1 10,19H11V17H4A1,1 0 0,1 3,16V12A1,1 0 0,1 4,11H20A1,1 0 0,1 21,12V16A1,1 0 0,1 20,17H13V19M4,3H20A1,1 0 0,1 21,4V8A1,1 0 0,1 20,9H4A1,1 0 0,1 3,8V4A1,1 0 0,1 4,3M9,7H10V5H9V7M9,15H10V13H9V15M5,5V7H7V5H5M5,13V15H7V13H5Z";var _1="M12,1L3,5V11C3,16.55 6.84,21.74 12,23C17.16,21.74 21,16.55 21,11V5M11,7H13V13H11M11,15H13V17H11";var I3="M10,17L6,13L7.41,11.59L10,14.17L16.59,7.58L18,9M12,1L3,5V11C3,16.55 6.84,21.74 12,23C17.16,21.74 21,16.55 21,11V5L12,1Z";var U3="M11,13H13V16H16V11H18L12,6L6,11H8V16H11V13M12,1L21,5V11C21,16.55 17.16,21.74 12,23C6.84,21.74 3,16.55 3,11V5L12,1Z";var z3="M16.8 17C16.4 15.8 15.3 15 14 15C12.3 15 11 16.3 11 18S12.3 21 14 21C15.3 21 16.4 20.2 16.8 19H19V21H21V19H23V17H16.8M14 19C13.4 19 13 18.5 13 18S13.4 17 14 17 15 17.5 15 18 14.6 19 14 19M9 18H4V14H10V15C10.9 13.8 12.4 13 14 13C15.1 13 16.1 13.4 17 14H18V15H20V6C20 4.9 19.1 4 18 4H4C2.9 4 2 4.9 2 6V18C2 19.1 2.9 20 4 20H9.4C9.1 19.4 9 18.7 9 18M12 8H18V12H12V8M4 8H10V12H4V8Z";var w2=globalThis,b2=w2.ShadowRoot&&(w2.ShadyCSS===void 0||w2.ShadyCSS.nativeShadow)&&"adoptedStyleSheets"in Document.prototype&&"replace"in CSSStyleSheet.prototype,k5=Symbol(),G3=new WeakMap,X1=class{constructor(V,C,H){if(this._$cssResult$=!0,H!==k5)throw Error("CSSResult is not constructable. Use `unsafeCSS` or `css` instead.");this.cssText=V,this.t=C}get styleSheet(){let V=this.o,C=this.t;if(b2&&V===void 0){let H=C!==void 0&&C.length===1;H&&(V=G3.get(C)),V===void 0&&((this.o=V=new CSSStyleSheet).replaceSync(this.cssText),H&&G3.set(C,V))}return V}toString(){return this.cssText}},Q3=t=>new X1(typeof t=="string"?t:t+"",void 0,k5),m=(t,...V)=>{let C=t.length===1?t[0]:V.reduce((H,L,e)=>H+(M=>{if(M._$cssResult$===!0)return M.cssText;if(typeof M=="number")return M;throw Error("Value passed to 'css' function must be a 'css' function result: "+M+". Use 'unsafeCSS' to pass non-literal values, but take care to ensure page security.")})(L)+t[e+1],t[0]);return new X1(C,t,k5)},j3=(t,V)=>{if(b2)t.adoptedStyleSheets=V.map(C=>C instanceof CSSStyleSheet?C:C.styleSheet);else for(let C of V){let H=document.createElement("style"),L=w2.litNonce;L!==void 0&&H.setAttribute("nonce",L),H.textContent=C.cssText,t.appendChild(H)}},$5=b2?t=>t:t=>t instanceof CSSStyleSheet?(V=>{let C="";for(let H of V.cssRules)C+=H.cssText;return Q3(C)})(t):t;var{is:i7,defineProperty:a7,getOwnPropertyDescriptor:o7,getOwnPropertyNames:s7,getOwnPropertySymbols:n7,getPrototypeOf:A7}=Object,y2=globalThis,q3=y2.trustedTypes,d7=q3?q3.emptyScript:"",p7=y2.reactiveElementPolyfillSupport,Y1=(t,V)=>t,J1={toAttribute(t,V){switch(V){case Boolean:t=t?d7:null;break;case Object:case Array:t=t==null?t:JSON.stringify(t)}return t},fromAttribute(t,V){let C=t;switch(V){case Boolean:C=t!==null;break;case Number:C=t===null?null:Number(t);break;case Object:case Array:try{C=JSON.parse(t)}catch{C=null}}return C}},k2=(t,V)=>!i7(t,V),K3={attribute:!0,type:String,converter:J1,reflect:!1,useDefault:!1,hasChanged:k2};Symbol.metadata??=Symbol("metadata"),y2.litPropertyMetadata??=new WeakMap;var V1=class extends HTMLElement{static addInitializer(V){this._$Ei(),(this.l??=[]).push(V)}static get observedAttributes(){return this.finalize(),this._$Eh&&[...this._$Eh.keys()]}static createProperty(V,C=K3){if(C.state&&(C.attribute=!1),this._$Ei(),this.prototype.hasOwnProperty(V)&&((C=Object.create(C)).wrapped=!0),this.elementProperties.set(V,C),!C.noAccessor){let H=Symbol(),L=this.getPropertyDescriptor(V,H,C);L!==void 0&&a7(this.prototype,V,L)}}static getPropertyDescriptor(V,C,H){let{get:L,set:e}=o7(this.prototype,V)??{get(){return this[C]},set(M){this[C]=M}};return{get:L,set(M){let o=L?.call(this);e?.call(this,M),this.requestUpdate(V,o,H)},configurable:!0,enumerable:!0}}static getPropertyOptions(V){return this.elementProperties.get(V)??K3}static _$Ei(){if(this.hasOwnProperty(Y1("elementProperties")))return;let V=A7(this);V.finalize(),V.l!==void 0&&(this.l=[...V.l]),this.elementProperties=new Map(V.elementProperties)}static finalize(){if(this.hasOwnProperty(Y1("finalized")))return;if(this.finalized=!0,this._$Ei(),this.hasOwnProperty(Y1("properties"))){let C=this.properties,H=[...s7(C),...n7(C)];for(let L of H)this.createProperty(L,C[L])}let V=this[Symbol.metadata];if(V!==null){let C=litPropertyMetadata.get(V);if(C!==void 0)for(let[H,L]of C)this.elementProperties.set(H,L)}this._$Eh=new Map;for(let[C,H]of this.elementProperties){let L=this._$Eu(C,H);L!==void 0&&this._$Eh.set(L,C)}this.elementStyles=this.finalizeStyles(this.styles)}static finalizeStyles(V){let C=[];if(Array.isArray(V)){let H=new Set(V.flat(1/0).reverse());for(let L of H)C.unshift($5(L))}else V!==void 0&&C.push($5(V));return C}static _$Eu(V,C){let H=C.attribute;return H===!1?void 0:typeof H=="string"?H:typeof V=="string"?V.toLowerCase():void 0}constructor(){super(),this._$Ep=void 0,this.isUpdatePending=!1,this.hasUpdated=!1,this._$Em=null,this._$Ev()}_$Ev(){this._$ES=new Promise(V=>this.enableUpdating=V),this._$AL=new Map,this._$E_(),this.requestUpdate(),this.constructor.l?.forEach(V=>V(this))}addController(V){(this._$EO??=new Set).add(V),this.renderRoot!==void 0&&this.isConnected&&V.hostConnected?.()}removeController(V){this._$EO?.delete(V)}_$E_(){let V=new Map,C=this.constructor.elementProperties;for(let H of C.keys())this.hasOwnProperty(H)&&(V.set(H,this[H]),delete this[H]);V.size>0&&(this._$Ep=V)}createRenderRoot(){let V=this.shadowRoot??this.attachShadow(this.constructor.shadowRootOptions);return j3(V,this.constructor.elementStyles),V}connectedCallback(){this.renderRoot??=this.createRenderRoot(),this.enableUpdating(!0),this._$EO?.forEach(V=>V.hostConnected?.())}enableUpdating(V){}disconnectedCallback(){this._$EO?.forEach(V=>V.hostDisconnected?.())}attributeChangedCallback(V,C,H){this._$AK(V,H)}_$ET(V,C){let H=this.constructor.elementProperties.get(V),L=this.constructor._$Eu(V,H);if(L!==void 0&&H.reflect===!0){let e=(H.converter?.toAttribute!==void 0?H.converter:J1).toAttribute(C,H.type);this._$Em=V,e==null?this.removeAttribute(L):this.setAttribute(L,e),this._$Em=null}}_$AK(V,C){let H=this.constructor,L=H._$Eh.get(V);if(L!==void 0&&this._$Em!==L){let e=H.getPropertyOptions(L),M=typeof e.converter=="function"?{fromAttribute:e.converter}:e.converter?.fromAttribute!==void 0?e.converter:J1;this._$Em=L;let o=M.fromAttribute(C,e.type);this[L]=o??this._$Ej?.get(L)??o,this._$Em=null}}requestUpdate(V,C,H,L=!1,e){if(V!==void 0){let M=this.constructor;if(L===!1&&(e=this[V]),H??=M.getPropertyOptions(V),!((H.hasChanged??k2)(e,C)||H.useDefault&&H.reflect&&e===this._$Ej?.get(V)&&!this.hasAttribute(M._$Eu(V,H))))return;this.C(V,C,H)}this.isUpdatePending===!1&&(this._$ES=this._$EP())}C(V,C,{useDefault:H,reflect:L,wrapped:e},M){H&&!(this._$Ej??=new Map).has(V)&&(this._$Ej.set(V,M??C??this[V]),e!==!0||M!==void 0)||(this._$AL.has(V)||(this.hasUpdated||H||(C=void 0),this._$AL.set(V,C)),L===!0&&this._$Em!==V&&(this._$Eq??=new Set).add(V))}async _$EP(){this.isUpdatePending=!0;try{await this._$ES}catch(C){Promise.reject(C)}let V=this.scheduleUpdate();return V!=null&&await V,!this.isUpdatePending}scheduleUpdate(){return this.performUpdate()}performUpdate(){if(!this.isUpdatePending)return;if(!this.hasUpdated){if(this.renderRoot??=this.createRenderRoot(),this._$Ep){for(let[L,e]of this._$Ep)this[L]=e;this._$Ep=void 0}let H=this.constructor.elementProperties;if(H.size>0)for(let[L,e]of H){let{wrapped:M}=e,o=this[L];M!==!0||this._$AL.has(L)||o===void 0||this.C(L,void 0,e,o)}}let V=!1,C=this._$AL;try{V=this.shouldUpdate(C),V?(this.willUpdate(C),this._$EO?.forEach(H=>H.hostUpdate?.()),this.update(C)):this._$EM()}catch(H){throw V=!1,this._$EM(),H}V&&this._$AE(C)}willUpdate(V){}_$AE(V){this._$EO?.forEach(C=>C.hostUpdated?.()),this.hasUpdated||(this.hasUpdated=!0,this.firstUpdated(V)),this.updated(V)}_$EM(){this._$AL=new Map,this.isUpdatePending=!1}get updateComplete(){return this.getUpdateComplete()}getUpdateComplete(){return this._$ES}shouldUpdate(V){return!0}update(V){this._$Eq&&=this._$Eq.forEach(C=>this._$ET(C,this[C])),this._$EM()}updated(V){}firstUpdated(V){}};V1.elementStyles=[],V1.shadowRootOptions={mode:"open"},V1[Y1("elementProperties")]=new Map,V1[Y1("finalized")]=new Map,p7?.({ReactiveElement:V1}),(y2.reactiveElementVersions??=[]).push("2.1.2");var T5=globalThis,X3=t=>t,$2=T5.trustedTypes,Y3=$2?$2.createPolicy("lit-html",{createHTML:t=>t}):void 0,P5="$lit$",L1=`lit$${Math.random().toFixed(9).slice(2)}$`,B5="?"+L1,m7=`<${B5}>`,x1=document,H2=()=>x1.createComment(""),V2=t=>t===null||typeof t!="object"&&typeof t!="function",R5=Array.isArray,e0=t=>R5(t)||typeof t?.[Symbol.iterator]=="function",_5=`[ 	
\f\r]`,C2=/<(?:(!--|\/[^a-zA-Z])|(\/?[a-zA-Z][^>\s]*)|(\/?$))/g,J3=/-->/g,C0=/>/g,v1=RegExp(`>|${_5}(?:([^\\s"'>=/]+)(${_5}*=${_5}*(?:[^ 	
\f\r"'\`<>=]|("|')|))|$)`,"g"),H0=/'/g,V0=/"/g,r0=/^(?:script|style|textarea|title)$/i,F5=t=>(V,...C)=>({_$litType$:t,strings:V,values:C}),r=F5(1),X=F5(2),H9=F5(3),e1=Symbol.for("lit-noChange"),i=Symbol.for("lit-nothing"),L0=new WeakMap,c1=x1.createTreeWalker(x1,129);function t0(t,V){if(!R5(t)||!t.hasOwnProperty("raw"))throw Error("invalid template strings array");return Y3!==void 0?Y3.createHTML(V):V}var M0=(t,V)=>{let C=t.length-1,H=[],L,e=V===2?"<svg>":V===3?"<math>":"",M=C2;for(let o=0;o<C;o++){let s=t[o],c,x,l=-1,O=0;for(;O<s.length&&(M.lastIndex=O,x=M.exec(s),x!==null);)O=M.lastIndex,M===C2?x[1]==="!--"?M=J3:x[1]!==void 0?M=C0:x[2]!==void 0?(r0.test(x[2])&&(L=RegExp("</"+x[2],"g")),M=v1):x[3]!==void 0&&(M=v1):M===v1?x[0]===">"?(M=L??C2,l=-1):x[1]===void 0?l=-2:(l=M.lastIndex-x[2].length,c=x[1],M=x[3]===void 0?v1:x[3]==='"'?V0:H0):M===V0||M===H0?M=v1:M===J3||M===C0?M=C2:(M=v1,L=void 0);let k=M===v1&&t[o+1].startsWith("/>")?" ":"";e+=M===C2?s+m7:l>=0?(H.push(c),s.slice(0,l)+P5+s.slice(l)+L1+k):s+L1+(l===-2?o:k)}return[t0(t,e+(t[C]||"<?>")+(V===2?"</svg>":V===3?"</math>":"")),H]},L2=class t{constructor({strings:V,_$litType$:C},H){let L;this.parts=[];let e=0,M=0,o=V.length-1,s=this.parts,[c,x]=M0(V,C);if(this.el=t.createElement(c,H),c1.currentNode=this.el.content,C===2||C===3){let l=this.el.content.firstChild;l.replaceWith(...l.childNodes)}for(;(L=c1.nextNode())!==null&&s.length<o;){if(L.nodeType===1){if(L.hasAttributes())for(let l of L.getAttributeNames())if(l.endsWith(P5)){let O=x[M++],k=L.getAttribute(l).split(L1),R=/([.?@])?(.*)/.exec(O);s.push({type:1,index:e,name:R[2],strings:k,ctor:R[1]==="."?T2:R[1]==="?"?P2:R[1]==="@"?B2:h1}),L.removeAttribute(l)}else l.startsWith(L1)&&(s.push({type:6,index:e}),L.removeAttribute(l));if(r0.test(L.tagName)){let l=L.textContent.split(L1),O=l.length-1;if(O>0){L.textContent=$2?$2.emptyScript:"";for(let k=0;k<O;k++)L.append(l[k],H2()),c1.nextNode(),s.push({type:2,index:++e});L.append(l[O],H2())}}}else if(L.nodeType===8)if(L.data===B5)s.push({type:2,index:e});else{let l=-1;for(;(l=L.data.indexOf(L1,l+1))!==-1;)s.push({type:7,index:e}),l+=L1.length-1}e++}}static createElement(V,C){let H=x1.createElement("template");return H.innerHTML=V,H}};function u1(t,V,C=t,H){if(V===e1)return V;let L=H!==void 0?C._$Co?.[H]:C._$Cl,e=V2(V)?void 0:V._$litDirective$;return L?.constructor!==e&&(L?._$AO?.(!1),e===void 0?L=void 0:(L=new e(t),L._$AT(t,C,H)),H!==void 0?(C._$Co??=[])[H]=L:C._$Cl=L),L!==void 0&&(V=u1(t,L._$AS(t,V.values),L,H)),V}var _2=class{constructor(V,C){this._$AV=[],this._$AN=void 0,this._$AD=V,this._$AM=C}get parentNode(){return this._$AM.parentNode}get _$AU(){return this._$AM._$AU}u(V){let{el:{content:C},parts:H}=this._$AD,L=(V?.creationScope??x1).importNode(C,!0);c1.currentNode=L;let e=c1.nextNode(),M=0,o=0,s=H[0];for(;s!==void 0;){if(M===s.index){let c;s.type===2?c=new T1(e,e.nextSibling,this,V):s.type===1?c=new s.ctor(e,s.name,s.strings,this,V):s.type===6&&(c=new R2(e,this,V)),this._$AV.push(c),s=H[++o]}M!==s?.index&&(e=c1.nextNode(),M++)}return c1.currentNode=x1,L}p(V){let C=0;for(let H of this._$AV)H!==void 0&&(H.strings!==void 0?(H._$AI(V,H,C),C+=H.strings.length-2):H._$AI(V[C])),C++}},T1=class t{get _$AU(){return this._$AM?._$AU??this._$Cv}constructor(V,C,H,L){this.type=2,this._$AH=i,this._$AN=void 0,this._$AA=V,this._$AB=C,this._$AM=H,this.options=L,this._$Cv=L?.isConnected??!0}get parentNode(){let V=this._$AA.parentNode,C=this._$AM;return C!==void 0&&V?.nodeType===11&&(V=C.parentNode),V}get startNode(){return this._$AA}get endNode(){return this._$AB}_$AI(V,C=this){V=u1(this,V,C),V2(V)?V===i||V==null||V===""?(this._$AH!==i&&this._$AR(),this._$AH=i):V!==this._$AH&&V!==e1&&this._(V):V._$litType$!==void 0?this.$(V):V.nodeType!==void 0?this.T(V):e0(V)?this.k(V):this._(V)}O(V){return this._$AA.parentNode.insertBefore(V,this._$AB)}T(V){this._$AH!==V&&(this._$AR(),this._$AH=this.O(V))}_(V){this._$AH!==i&&V2(this._$AH)?this._$AA.nextSibling.data=V:this.T(x1.createTextNode(V)),this._$AH=V}$(V){let{values:C,_$litType$:H}=V,L=typeof H=="number"?this._$AC(V):(H.el===void 0&&(H.el=L2.createElement(t0(H.h,H.h[0]),this.options)),H);if(this._$AH?._$AD===L)this._$AH.p(C);else{let e=new _2(L,this),M=e.u(this.options);e.p(C),this.T(M),this._$AH=e}}_$AC(V){let C=L0.get(V.strings);return C===void 0&&L0.set(V.strings,C=new L2(V)),C}k(V){R5(this._$AH)||(this._$AH=[],this._$AR());let C=this._$AH,H,L=0;for(let e of V)L===C.length?C.push(H=new t(this.O(H2()),this.O(H2()),this,this.options)):H=C[L],H._$AI(e),L++;L<C.length&&(this._$AR(H&&H._$AB.nextSibling,L),C.length=L)}_$AR(V=this._$AA.nextSibling,C){for(this._$AP?.(!1,!0,C);V!==this._$AB;){let H=X3(V).nextSibling;X3(V).remove(),V=H}}setConnected(V){this._$AM===void 0&&(this._$Cv=V,this._$AP?.(V))}},h1=class{get tagName(){return this.element.tagName}get _$AU(){return this._$AM._$AU}constructor(V,C,H,L,e){this.type=1,this._$AH=i,this._$AN=void 0,this.element=V,this.name=C,this._$AM=L,this.options=e,H.length>2||H[0]!==""||H[1]!==""?(this._$AH=Array(H.length-1).fill(new String),this.strings=H):this._$AH=i}_$AI(V,C=this,H,L){let e=this.strings,M=!1;if(e===void 0)V=u1(this,V,C,0),M=!V2(V)||V!==this._$AH&&V!==e1,M&&(this._$AH=V);else{let o=V,s,c;for(V=e[0],s=0;s<e.length-1;s++)c=u1(this,o[H+s],C,s),c===e1&&(c=this._$AH[s]),M||=!V2(c)||c!==this._$AH[s],c===i?V=i:V!==i&&(V+=(c??"")+e[s+1]),this._$AH[s]=c}M&&!L&&this.j(V)}j(V){V===i?this.element.removeAttribute(this.name):this.element.setAttribute(this.name,V??"")}},T2=class extends h1{constructor(){super(...arguments),this.type=3}j(V){this.element[this.name]=V===i?void 0:V}},P2=class extends h1{constructor(){super(...arguments),this.type=4}j(V){this.element.toggleAttribute(this.name,!!V&&V!==i)}},B2=class extends h1{constructor(V,C,H,L,e){super(V,C,H,L,e),this.type=5}_$AI(V,C=this){if((V=u1(this,V,C,0)??i)===e1)return;let H=this._$AH,L=V===i&&H!==i||V.capture!==H.capture||V.once!==H.once||V.passive!==H.passive,e=V!==i&&(H===i||L);L&&this.element.removeEventListener(this.name,this,H),e&&this.element.addEventListener(this.name,this,V),this._$AH=V}handleEvent(V){typeof this._$AH=="function"?this._$AH.call(this.options?.host??this.element,V):this._$AH.handleEvent(V)}},R2=class{constructor(V,C,H){this.element=V,this.type=6,this._$AN=void 0,this._$AM=C,this.options=H}get _$AU(){return this._$AM._$AU}_$AI(V){u1(this,V)}},i0={M:P5,P:L1,A:B5,C:1,L:M0,R:_2,D:e0,V:u1,I:T1,H:h1,N:P2,U:B2,B:T2,F:R2},l7=T5.litHtmlPolyfillSupport;l7?.(L2,T1),(T5.litHtmlVersions??=[]).push("3.3.3");var a0=(t,V,C)=>{let H=C?.renderBefore??V,L=H._$litPart$;if(L===void 0){let e=C?.renderBefore??null;H._$litPart$=L=new T1(V.insertBefore(H2(),e),e,void 0,C??{})}return L._$AI(t),L};var E5=globalThis,w=class extends V1{constructor(){super(...arguments),this.renderOptions={host:this},this._$Do=void 0}createRenderRoot(){let V=super.createRenderRoot();return this.renderOptions.renderBefore??=V.firstChild,V}update(V){let C=this.render();this.hasUpdated||(this.renderOptions.isConnected=this.isConnected),super.update(V),this._$Do=a0(C,this.renderRoot,this.renderOptions)}connectedCallback(){super.connectedCallback(),this._$Do?.setConnected(!0)}disconnectedCallback(){super.disconnectedCallback(),this._$Do?.setConnected(!1)}render(){return e1}};w._$litElement$=!0,w.finalized=!0,E5.litElementHydrateSupport?.({LitElement:w});var v7=E5.litElementPolyfillSupport;v7?.({LitElement:w});(E5.litElementVersions??=[]).push("4.2.2");var c7={attribute:!0,type:String,converter:J1,reflect:!1,hasChanged:k2},x7=(t=c7,V,C)=>{let{kind:H,metadata:L}=C,e=globalThis.litPropertyMetadata.get(L);if(e===void 0&&globalThis.litPropertyMetadata.set(L,e=new Map),H==="setter"&&((t=Object.create(t)).wrapped=!0),e.set(C.name,t),H==="accessor"){let{name:M}=C;return{set(o){let s=V.get.call(this);V.set.call(this,o),this.requestUpdate(M,s,t,!0,o)},init(o){return o!==void 0&&this.C(M,void 0,t,o),o}}}if(H==="setter"){let{name:M}=C;return function(o){let s=this[M];V.call(this,o),this.requestUpdate(M,s,t,!0,o)}}throw Error("Unsupported decorator location: "+H)};function p(t){return(V,C)=>typeof C=="object"?x7(t,V,C):((H,L,e)=>{let M=L.hasOwnProperty(e);return L.constructor.createProperty(e,H),M?Object.getOwnPropertyDescriptor(L,e):void 0})(t,V,C)}function d(t){return p({...t,state:!0,attribute:!1})}var Z1=(t,V,C)=>(C.configurable=!0,C.enumerable=!0,Reflect.decorate&&typeof V!="object"&&Object.defineProperty(t,V,C),C);function F2(t,V){return(C,H,L)=>{let e=M=>M.renderRoot?.querySelector(t)??null;if(V){let{get:M,set:o}=typeof H=="object"?C:L??(()=>{let s=Symbol();return{get(){return this[s]},set(c){this[s]=c}}})();return Z1(C,H,{get(){let s=M.call(this);return s===void 0&&(s=e(this),(s!==null||this.hasUpdated)&&o.call(this,s)),s}})}return Z1(C,H,{get(){return e(this)}})}}var u7=["hass-tabs-subpage","ha-card","ha-button","ha-icon-button","ha-icon","ha-svg-icon","ha-alert","ha-form","ha-dialog","ha-dialog-footer","ha-spinner"];function E2(){return u7.filter(t=>!customElements.get(t))}async function o0(){let t=Promise.all(E2().map(V=>customElements.whenDefined(V)));await Promise.race([t,new Promise(V=>setTimeout(V,1500))])}async function s0(){if(E2().length&&await o0(),E2().length){try{await h7()}catch{}await o0()}return E2()}async function h7(){await document.createElement("partial-panel-resolver")._getRoutes({x:{component_name:"config",url_path:"x"}}).routes.x.load(),await document.createElement("ha-panel-config").routerOptions.routes.users.load()}var P="iot_secure_gateway",$="/iot-secure-gateway";var D5=new Map;function n0(t,V){let C=JSON.stringify(V),H=D5.get(C);return H||(H=t.connection.sendMessagePromise(V).finally(()=>D5.delete(C)),D5.set(C,H)),H}function A(t,V,C={}){return n0(t,{type:`${P}/${V}`,...C})}async function N5(t,V,C){return(await n0(t,{type:"call_service",domain:P,service:V,service_data:C,return_response:!0})).response}function h(t,V){let C=V;if(V===3||C.error?.code===3)return t.localize(`component.${P}.config_panel.connection_lost`);if(C.translation_key&&C.translation_domain){let H=`component.${C.translation_domain}.exceptions.${C.translation_key}.message`,L=t.localize(H,C.translation_placeholders??{});if(L)return L}return C.message??String(V)}function F(t,V=!1){V?history.replaceState(null,"",t):history.pushState(null,"",t),window.dispatchEvent(new CustomEvent("location-changed",{detail:{replace:V}}))}function g(t,V){B(t,"hass-notification",{message:V})}function A0(t,V){B(t,"hass-more-info",{entityId:V})}function S(t,V,C){B(t,"show-dialog",{dialogTag:V,dialogImport:async()=>{},dialogParams:{...C,hass:t.hass}})}function B(t,V,C){t.dispatchEvent(new CustomEvent(V,{detail:C,bubbles:!0,composed:!0}))}function n(t,V){customElements.whenDefined("home-assistant").then(()=>{customElements.get(t)||customElements.define(t,V)})}var b=class{constructor(V,C,H=()=>({})){this.host=V;this.command=C;this.fields=H;this.error="";V.addController(this)}hostConnected(){this.start()}hostUpdate(){this.start()}hostDisconnected(){this.stop()}restart(){this.stop(),this.value=void 0,this.error="",this.start()}start(){let V=this.host.hass;if(!V||this.running)return;let C=V.connection.subscribeMessage(H=>{this.running===C&&(this.value=H,this.error="",this.host.requestUpdate())},{type:`${P}/${this.command}`,...this.fields()});this.running=C,C.catch(H=>{this.running===C&&(this.error=h(V,H),this.host.requestUpdate())})}stop(){let V=this.running;this.running=void 0,V?.then(C=>C()).catch(()=>{})}};async function D2(t){await Promise.all(["config_panel","exceptions"].map(V=>t.loadBackendTranslation(V,P)))}function u(t,V,C={}){return t.localize(`component.${P}.config_panel.${V}`,C)||V}function P1(t,V,C,H={}){let L=new Intl.PluralRules(t.language).select(C)==="one"?"one":"other";return u(t,`${V}_${L}`,{...H,count:C})}function f(t,V){let C=new Date(V),H={timeZone:t.config.time_zone},L=M=>M.toLocaleDateString("en-CA",H),e={hour:"2-digit",minute:"2-digit"};return L(C)===L(new Date)?C.toLocaleTimeString(t.language,{...H,...e}):C.toLocaleString(t.language,{...H,...e,weekday:"short",day:"numeric",month:"short"})}function _(t,V,C){return t.localize(`component.${P}.exceptions.${V}_${C}.message`)||C}function S1(t,V){return f(t,new Date(V*1e3).toISOString())}var Z=class extends w{constructor(){super(...arguments);this.narrow=!1;this.detail=""}t(C,H){return u(this.hass,C,H)}n(C,H,L){return P1(this.hass,C,H,L)}waiting(C){return C.error?r`<div class="content"><ha-alert alert-type="error">${C.error}</ha-alert></div>`:r`<ha-spinner aria-label=${this.t("loading")}></ha-spinner>`}async attempt(C){try{return await C(),!0}catch(H){return g(this,h(this.hass,H)),!1}}};a([p({attribute:!1})],Z.prototype,"hass",2),a([p({type:Boolean})],Z.prototype,"narrow",2),a([p()],Z.prototype,"detail",2);var v=m`
  .content {
    max-width: 1040px;
    margin: 0 auto;
    padding: 16px;
    display: grid;
    gap: 16px;
    box-sizing: border-box;
  }
  h2 {
    margin: 0;
    padding: 16px 16px 0;
    font-size: var(--ha-font-size-xl, 20px);
    font-weight: var(--ha-font-weight-normal, 400);
    color: var(--primary-text-color);
  }
  p {
    margin: 0;
    padding: 8px 16px 16px;
    color: var(--secondary-text-color);
  }
  ul {
    list-style: none;
    margin: 0;
    padding: 8px 0;
  }
  li {
    display: flex;
    align-items: center;
    flex-wrap: wrap;
    gap: 8px 16px;
    padding: 8px 16px;
    min-height: 40px;
  }
  li + li {
    border-top: 1px solid var(--divider-color);
  }
  .what {
    flex: 1 1 200px;
    min-width: 0;
  }
  .name {
    color: var(--primary-text-color);
    overflow-wrap: anywhere;
  }
  a.name {
    text-decoration: none;
  }
  a.name:hover,
  a.name:focus-visible {
    text-decoration: underline;
  }
  .more {
    color: var(--secondary-text-color);
    font-size: var(--ha-font-size-s, 12px);
    overflow-wrap: anywhere;
  }
  .acts {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    align-items: center;
  }
  ha-icon,
  ha-svg-icon {
    color: var(--secondary-text-color);
    flex: none;
  }
  ha-spinner {
    display: block;
    margin: 64px auto;
  }
  /* Read out, not shown. */
  .hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`,a1=m`
  .scroll {
    overflow-x: auto;
    padding: 0 16px 16px;
  }
  table {
    border-collapse: collapse;
    min-width: 100%;
  }
  th,
  td {
    text-align: start;
    padding: 4px 16px 4px 0;
    border-bottom: 1px solid var(--divider-color);
  }
  th {
    font-weight: var(--ha-font-weight-medium, 500);
  }
  td.buttons {
    white-space: nowrap;
    text-align: end;
  }
`,N2=m`
  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 8px;
    padding: 16px 16px 0;
  }
  .head h2 {
    padding: 0;
  }
  table {
    width: 100%;
    border-collapse: collapse;
    table-layout: fixed;
  }
  th,
  td {
    text-align: start;
    overflow-wrap: anywhere;
  }
  th {
    color: var(--secondary-text-color);
    font-weight: var(--ha-font-weight-medium, 500);
  }
  tbody tr {
    border-top: 1px solid var(--divider-color);
  }
`,W2=m`
  nav {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
  }
  nav a {
    padding: 6px 14px;
    border-radius: 16px;
    border: 1px solid var(--divider-color);
    color: var(--primary-text-color);
    text-decoration: none;
  }
  nav a[aria-current] {
    border-color: var(--primary-color);
    background: rgba(var(--rgb-primary-color, 3, 169, 244), 0.15);
  }
`;var W5=m`
  table {
    border-collapse: collapse;
    width: 100%;
  }
  .table {
    padding: 0 16px 16px;
  }
  th,
  td {
    text-align: start;
    padding: 8px 16px 8px 0;
    border-bottom: 1px solid var(--divider-color);
    vertical-align: top;
    overflow-wrap: anywhere;
  }
  tbody tr:last-child > * {
    border-bottom: none;
  }
  th {
    font-weight: var(--ha-font-weight-medium, 500);
  }
  td.number,
  th.number {
    text-align: end;
    white-space: nowrap;
  }
`,G=class extends w{constructor(){super(...arguments);this.narrow=!1}static{this.styles=[v,W5]}t(C,H){return u(this.hass,`gateway.${C}`,H)}n(C,H){return P1(this.hass,`gateway.${C}`,H)}number(C,H=0){return C.toLocaleString(this.hass.language,{maximumFractionDigits:H})}bytes(C){let H=["byte","kilobyte","megabyte","gigabyte","terabyte"],L=0;for(;C>=1e3&&L<H.length-1;L++)C/=1e3;return C.toLocaleString(this.hass.language,{style:"unit",unit:H[L],maximumFractionDigits:C<10&&L>0?1:0})}};a([p({attribute:!1})],G.prototype,"hass",2),a([p({type:Boolean})],G.prototype,"narrow",2);var I2=class extends G{constructor(){super(...arguments);this.databases=[]}render(){return r`<ha-card>
      <h2 id="title">${this.t("databases")}</h2>
      ${this.narrow?this.renderList():this.renderTable()}
    </ha-card>`}renderTable(){return r`<div class="table">
      <table aria-labelledby="title">
        <thead>
          <tr>
            <th scope="col">${this.t("database")}</th>
            <th scope="col">${this.t("where")}</th>
            <th scope="col" class="number">${this.t("lines")}</th>
            <th scope="col" class="number">${this.t("size")}</th>
            <th scope="col">${this.t("written")}</th>
            <th scope="col">${this.t("state")}</th>
          </tr>
        </thead>
        <tbody>
          ${this.databases.map(C=>r`<tr>
              <th scope="row">${this.t(`database_${C.kind}`)}</th>
              <td>
                ${C.name}
                <div class="more">${this.kind(C)}</div>
              </td>
              <td class="number">${this.lines(C)}</td>
              <td class="number">${this.size(C)}</td>
              <td>${this.written(C)}</td>
              <td>${this.state(C)}</td>
            </tr>`)}
        </tbody>
      </table>
    </div>`}renderList(){return r`<ul>
      ${this.databases.map(C=>r`<li>
          <div class="what">
            <div class="name">${this.t(`database_${C.kind}`)}</div>
            <div class="more">${C.name} ${this.kind(C)}</div>
            <div class="more">
              ${this.t("lines")}: ${this.lines(C)} · ${this.t("size")}: ${this.size(C)}
            </div>
            <div class="more">${this.t("written")}: ${this.written(C)}</div>
            <div>${this.state(C)}</div>
          </div>
        </li>`)}
    </ul>`}kind(C){return C.kind==="stores"?"":this.t(C.is_file?"sqlite":"postgresql")}lines(C){return C.lines===null?this.t("unknown"):C.kind==="stores"?this.t("files",{count:C.lines}):this.number(C.lines)}size(C){return C.size===null?this.t("unknown"):this.bytes(C.size)}written(C){return C.written_at?f(this.hass,C.written_at):this.t("not_yet")}state(C){return C.is_on?this.t(C.is_reached?"reached":"not_reached"):this.t("switched_off")}};a([p({attribute:!1})],I2.prototype,"databases",2);n("isg-gateway-databases",I2);var U2=class extends G{render(){let{links:V}=this,C=Object.entries(V.states).map(([H,L])=>`${this.state(H)} ${this.number(L)}`).join(" · ");return r`<ha-card>
      <h2 id="title">${this.t("links")}</h2>
      <p>
        ${V.devices?r`${this.n("links_summary",V.devices)} ${C}`:this.t("links_none")}
        ${V.hidden?r`<br />${this.n("hidden",V.hidden)}`:i}
        ${V.left_out?r`<br />${this.n("left_out",V.left_out)}`:i}
      </p>
      ${V.shown.length?this.narrow?this.renderList():this.renderTable():i}
    </ha-card>`}renderTable(){return r`<div class="table">
      <table aria-labelledby="title">
        <thead>
          <tr>
            <th scope="col">${this.t("device")}</th>
            <th scope="col">${this.t("link")}</th>
            <th scope="col">${this.t("since")}</th>
            <th scope="col" class="number">${this.t("latency")}</th>
            <th scope="col">${this.t("numbers")}</th>
            <th scope="col">${this.t("firmware")}</th>
          </tr>
        </thead>
        <tbody>
          ${this.links.shown.map(V=>r`<tr>
              <th scope="row">${this.name(V)}</th>
              <td>${this.state(V.state)}</td>
              <td>
                ${this.since(V)}
                <div class="more">${this.n("boots",V.boots)}</div>
              </td>
              <td class="number">${this.latency(V)}</td>
              <td>
                ${this.numbers(V)}
                <div class="more">${this.t(V.has_gsid?"mode_both":"mode_dsid")}</div>
              </td>
              <td>${V.firmware||"–"}</td>
            </tr>`)}
        </tbody>
      </table>
    </div>`}renderList(){return r`<ul>
      ${this.links.shown.map(V=>r`<li>
          <div class="what">
            ${this.name(V)}
            <div>${this.state(V.state)}</div>
            <div class="more">
              ${this.t("since")}: ${this.since(V)} · ${this.t("latency")}: ${this.latency(V)}
            </div>
            <div class="more">
              ${this.numbers(V)} · ${this.t(V.has_gsid?"mode_both":"mode_dsid")} ·
              ${this.n("boots",V.boots)}
            </div>
            <div class="more">${this.t("firmware")}: ${V.firmware||"–"}</div>
          </div>
        </li>`)}
    </ul>`}name(V){let C=`${$}/overview/${encodeURIComponent(V.serial)}`;return r`<a
      class="name"
      href=${C}
      @click=${H=>{H.ctrlKey||H.metaKey||H.shiftKey||(H.preventDefault(),F(C))}}
      >${V.name}</a
    >`}state(V){return u(this.hass,V==="connected"?"overview.connected":`problems.${V}`)}since(V){return V.linked_at?f(this.hass,V.linked_at):"–"}latency(V){let C=V.last_command_ms;return C===null?"–":this.t("ms",{ms:this.number(C,C<10?1:0)})}numbers(V){return this.t("numbers_text",{commands:this.number(V.commands),packages:this.number(V.packages)})}};a([p({attribute:!1})],U2.prototype,"links",2);n("isg-gateway-links",U2);var y=class extends w{constructor(){super(...arguments);this.dialogNext=!0;this.isOpen=!0;this.isBusy=!1;this.error=""}get hass(){if(!this.params)throw new Error("not open");return this.params.hass}closeDialog(){return this.isOpen=!1,!0}render(){if(!this.params)return i;let C=this.error?r`<ha-alert alert-type="error">${this.error}</ha-alert>`:i;return this.frame(r`${C} ${this.body()}`,this.buttons())}frame(C,H){return r`<ha-dialog
      .open=${this.isOpen}
      .headerTitle=${this.heading()}
      header-title=${this.heading()}
      @closed=${this.closed}
      @after-show=${this.focusFirst}
    >
      ${C}
      <ha-dialog-footer slot="footer">${H}</ha-dialog-footer>
    </ha-dialog>`}t(C,H){return u(this.hass,C,H)}async submit(C){if(!this.isBusy){this.isBusy=!0,this.error="";try{await C(),this.isOpen=!1}catch(H){this.error=h(this.hass,H)}finally{this.isBusy=!1}}}cancelButton(){return r`<ha-button
      slot="secondaryAction"
      appearance="plain"
      @click=${()=>this.isOpen=!1}
      >${this.hass.localize("ui.common.cancel")}</ha-button
    >`}closed(C){C.target===C.currentTarget&&(B(this,"dialog-closed",{dialog:this.localName}),this.remove())}async focusFirst(){let C=this.renderRoot.querySelector("ha-form");for(let H=0;C&&H<20;H++){if(C.matches(":focus-within"))return;let L=C.shadowRoot?.querySelector("ha-selector");if(L?.focus(),L?.matches(":focus-within"))return;await new Promise(e=>setTimeout(e,50))}}};a([p({attribute:!1})],y.prototype,"params",2),a([d()],y.prototype,"isOpen",2),a([d()],y.prototype,"isBusy",2),a([d()],y.prototype,"error",2);var I5=class extends y{heading(){return this.params?.title??""}body(){return r`<p>${this.params?.text}</p>`}buttons(){return r`${this.cancelButton()}
      <ha-button
        slot="primaryAction"
        .loading=${this.isBusy}
        @click=${()=>this.submit(async()=>this.params?.act())}
        >${this.params?.yes}</ha-button
      >`}};n("isg-confirm-dialog",I5);var Z7=[["box_devices",B3],["box_caches",O3],["box_persistence",b5],["box_configuration",k3],["box_rules",_1]],S7=["audit","console"],e2=class extends G{constructor(){super(...arguments);this.modules=[];this.entry=null}static{this.styles=[v,m`
      .boxes {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(150px, 1fr));
        padding: 0 10px;
        margin: 8px 0 16px;
      }
      .boxes li {
        padding: 12px 6px;
        border: none;
        border-bottom: 4px solid var(--primary-color);
        align-items: stretch;
        color: var(--primary-text-color);
      }
      @media (max-width: 600px) {
        .boxes {
          grid-template-columns: repeat(auto-fill, minmax(104px, 1fr));
        }
        .boxes li {
          padding: 8px 3px;
        }
      }
      .boxes .box {
        box-sizing: border-box;
        width: 100%;
        padding: 8px;
        border: 1px solid var(--primary-color);
        border-radius: var(--ha-card-border-radius, 12px);
        overflow-wrap: anywhere;
      }
      .boxes .off .box {
        border-style: dashed;
        border-color: var(--divider-color);
      }
      .said {
        position: absolute;
        width: 1px;
        height: 1px;
        overflow: hidden;
        clip-path: inset(50%);
      }
      li {
        flex-wrap: nowrap;
      }
    `]}render(){return r`<ha-card>
      <h2>${this.t("modules")}</h2>
      <p>${this.t("modules_text")}</p>
      <ul class="boxes">
        ${Z7.map(([C,H])=>this.box(this.t(C),H,this.t("always"),!0))}
        ${this.modules.map(C=>this.box(this.name(C),g7(C),this.t(C.is_on?"on":"off"),C.is_on))}
      </ul>
      <ul>
        ${this.modules.map(C=>this.renderSwitch(C))}
      </ul>
      ${this.entry?r`<p>
            <ha-button
              appearance="plain"
              href="/config/integrations/integration/${P}#config_entry=${this.entry}"
              >${this.t("options")}</ha-button
            >
          </p>`:i}
    </ha-card>`}box(C,H,L,e){return r`<li class=${e?"on":"off"}>
      <div class="box">
        <ha-svg-icon .path=${H}></ha-svg-icon>
        <div>${C}</div>
        <div class="more">${L}</div>
      </div>
    </li>`}renderSwitch(C){let H=this.name(C);return r`<li>
      <div class="what">
        <div class="name">${H}</div>
        <div class="more">${this.option(C,"data_description")}</div>
      </div>
      <ha-switch
        .checked=${C.is_on}
        @change=${L=>this.change(C,L.currentTarget)}
        ><span class="said">${this.t("switch",{module:H})}</span></ha-switch
      >
    </li>`}name(C){return this.option(C,"data")||C.name}option(C,H){let L=`component.${P}.options.step.modules.${H}.${C.name}`;return this.hass.localize(L)}change(C,H){if(H.checked){this.set(C,!0).then(M=>{M&&(H.checked=!1,g(this,M))});return}H.checked=!0;let e=S7.includes(C.name)?this.t(`switch_off_${C.name}`):"";S(this,"isg-confirm-dialog",{title:this.t("switch_off",{module:this.name(C)}),text:e||this.option(C,"data_description"),yes:this.t("do_switch_off"),act:async()=>{let M=await this.set(C,!1);M&&g(this,M)}})}async set(C,H){try{return await A(this.hass,"switch_module",{module:C.name,is_on:H}),""}catch(L){return h(this.hass,L)}}};a([p({attribute:!1})],e2.prototype,"modules",2),a([p()],e2.prototype,"entry",2);function g7(t){return t.name==="messaging"?f3:t.name==="audit"||t.name==="readings"?b5:E3}n("isg-gateway-modules",e2);var z2=class extends G{render(){let{pings:V}=this;return r`<ha-card>
      <h2 id="title">${this.t("pings")}</h2>
      <p>
        ${V.port===null?this.t("pings_off"):this.t("pings_on",{port:String(V.port)})}
        ${this.t("pings_rates",{source:this.number(V.source_rate),total:this.number(V.total_rate),discovered:this.number(V.max_discovered)})}
      </p>
      <div class="table">
        <table aria-labelledby="title">
          <thead>
            <tr>
              <th scope="col">${this.t("fate")}</th>
              <th scope="col" class="number">${this.t("count")}</th>
            </tr>
          </thead>
          <tbody>
            ${this.row(this.t("received"),V.received)}
            ${Object.entries(V.fates).map(([C,H])=>this.row(this.t(`fate_${C}`),H))}
            ${this.row(this.t("discovered"),V.discovered)}
          </tbody>
        </table>
      </div>
    </ha-card>`}row(V,C){return r`<tr>
      <th scope="row">${V}</th>
      <td class="number">${this.number(C)}</td>
    </tr>`}};a([p({attribute:!1})],z2.prototype,"pings",2);n("isg-gateway-pings",z2);var G2=class extends Z{constructor(){super(...arguments);this.hasOptions=!1;this.gateway=new b(this,"gateway_page")}static{this.styles=[v,W5]}connectedCallback(){super.connectedCallback(),this.hass.loadBackendTranslation("options",P).finally(()=>this.hasOptions=!0)}render(){let C=this.gateway.value;if(!C||!this.hasOptions)return this.waiting(this.gateway);let{hass:H,narrow:L}=this;return r`<div class="content">
      <isg-gateway-modules
        .hass=${H}
        .modules=${C.modules}
        .entry=${C.entry}
      ></isg-gateway-modules>
      <isg-gateway-databases
        .hass=${H}
        .narrow=${L}
        .databases=${C.databases}
      ></isg-gateway-databases>
      <isg-gateway-links .hass=${H} .narrow=${L} .links=${C.links}></isg-gateway-links>
      <isg-gateway-pings .hass=${H} .pings=${C.pings}></isg-gateway-pings>
      ${this.renderVersions(C)} ${this.renderBackups(C)} ${this.renderOthers(C.links)}
    </div>`}renderVersions({versions:C}){return r`<ha-card>
      <h2 id="versions">${this.t("gateway.versions")}</h2>
      <div class="table">
        <table aria-labelledby="versions">
          <tbody>
            ${this.row("integration",C.integration)}
            ${this.row("protocol",String(C.protocol))}
            ${this.row("home_assistant",C.home_assistant)}
          </tbody>
        </table>
      </div>
      ${C.too_old?r`<ha-alert alert-type="warning"
            >${this.n("gateway.too_old",C.too_old)}</ha-alert
          >`:r`<p>${this.t("gateway.no_old")}</p>`}
    </ha-card>`}renderBackups({restore:C}){let{at:H,waiting:L,locked_out:e}=C;return r`<ha-card>
      <h2 id="backups">${this.t("gateway.backups")}</h2>
      <p>${this.t("gateway.backups_text")}</p>
      <div class="table">
        <table aria-labelledby="backups">
          <tbody>
            ${this.row("restored",H?f(this.hass,H):this.t("gateway.never"))}
          </tbody>
        </table>
      </div>
      ${L?r`<ha-alert alert-type="warning"
            >${this.n("gateway.restore_waiting",L)}</ha-alert
          >`:i}
      ${e?r`<ha-alert alert-type="warning"
            >${this.n("gateway.restore_locked",e)}</ha-alert
          >`:i}
      ${L||e?i:r`<p>${this.t("gateway.restore_settled")}</p>`}
    </ha-card>`}renderOthers(C){let H=C.states.standby??0,L=[C.invited?this.n("gateway.invited",C.invited):"",C.guest_here?this.n("gateway.guest_here",C.guest_here):"",H?this.n("gateway.standing_by",H):""].filter(Boolean);return r`<ha-card>
      <h2>${this.t("gateway.others")}</h2>
      <p>
        ${this.t("gateway.others_text")}<br />
        ${L.length?L.map(e=>r`${e}<br />`):this.t("gateway.no_others")}
      </p>
    </ha-card>`}row(C,H){return r`<tr>
      <th scope="row">${this.t(`gateway.${C}`)}</th>
      <td>${H}</td>
    </tr>`}};a([d()],G2.prototype,"hasOptions",2);n("isg-gateway",G2);var f7=["nothing","reads","controls"],Q2=class extends y{constructor(){super(...arguments);this.data={household:"nothing",automations:!1}}heading(){return this.t("claim.title")}body(){let C=this.params?.device;return r`
      ${C?r`<p>${this.t("claim.of",{model:C.model||C.serial,serial:C.serial})}</p>`:r`<p>${this.t("claim.by_hand")}</p>`}
      <ha-form
        .hass=${this.hass}
        .data=${this.data}
        .schema=${this.schema()}
        .disabled=${this.isBusy}
        .computeLabel=${H=>this.t(`claim.${H.name}`)}
        .computeHelper=${H=>this.helper(H.name)}
        @value-changed=${H=>this.data=H.detail.value}
      ></ha-form>
      ${this.isBusy?r`<p role="status">${this.t("claim.busy")}</p>`:""}
    `}buttons(){return r`${this.cancelButton()}
      <ha-button
        slot="primaryAction"
        .disabled=${!this.data.password}
        .loading=${this.isBusy}
        @click=${this.claim}
        >${this.t("claim.claim")}</ha-button
      >`}helper(C){return C==="password"||C==="household"?this.t(`claim.${C}_helper`):""}schema(){let{device:C,asksStarter:H}=this.params??{},L={name:"password",required:!0,selector:{text:{type:"password",autocomplete:"off"}}},e=[{name:"serial",selector:{text:{}}},L,{name:"host",selector:{text:{}}},{name:"port",selector:{number:{mode:"box",min:1,max:65535}}}],o=[{name:"household",required:!0,selector:{select:{options:f7.map(s=>({value:s,label:this.t(`claim.household_${s}`)})),mode:"list"}}},{name:"automations",selector:{boolean:{}}}];return[...C?[L]:e,{name:"name",selector:{text:{}}},{name:"area_id",selector:{area:{}}},...H?o:[]]}async claim(){let{device:C,asksStarter:H}=this.params??{},{household:L,automations:e,...M}=this.data,o=Object.fromEntries(Object.entries(M).filter(([,s])=>s!==void 0&&s!==""));await this.submit(async()=>{let s=await A(this.hass,"claim",{...o,...C?{serial:C.serial}:{},...H?{household:L,automations:e}:{}});g(this,this.t("claim.done",{serial:s.serial}))})}};a([d()],Q2.prototype,"data",2);n("isg-claim-dialog",Q2);var B1=class extends w{constructor(){super(...arguments);this.busy=""}static{this.styles=[v,m`
      ul {
        padding-top: 0;
      }
      .state {
        color: var(--secondary-text-color);
        min-width: 64px;
      }
      .locked {
        display: inline-flex;
        align-items: center;
        gap: 4px;
        color: var(--secondary-text-color);
        font-size: var(--ha-font-size-s, 12px);
        --mdc-icon-size: 16px;
      }
    `]}render(){let{device:C,hass:H}=this,L=C.is_yours?u(H,"access.yours"):u(H,"access.owned_by",{owner:C.owner}),e=C.is_connected?"":` · ${u(H,"access.away")}`;return r`
      <h2>${C.name}</h2>
      <p>${L}${e}</p>
      ${C.entities.length?r`<ul>
            ${C.entities.map(M=>this.renderEntity(M))}
          </ul>`:i}
    `}renderEntity(C){let{hass:H}=this,L=C.entity_id?H.states[C.entity_id]:void 0,e=L?H.formatEntityState?.(L)??L.state:"";return r`
      <li>
        <div class="what">
          <div class="name">${C.name}</div>
          ${e?r`<div class="more">${e}</div>`:i}
        </div>
        <div class="acts">
          ${C.buttons.map(M=>this.renderButton(C,M))}
          ${C.has_video?r`<ha-button
                appearance="plain"
                size="small"
                @click=${()=>F(`${$}/video`)}
                >${u(H,"video.to_video")}</ha-button
              >`:i}
          ${L?r`<ha-button
                appearance="plain"
                size="small"
                @click=${()=>A0(this,C.entity_id??"")}
                >${u(H,"access.more")}</ha-button
              >`:i}
        </div>
      </li>
    `}renderButton(C,H){let{hass:L}=this,e=`${C.key} ${H.command}`,M=D(L,H.command);if(!H.is_allowed){let o=H.next_at?f(L,H.next_at):"";return r`<span class="locked">
        <ha-svg-icon .path=${R3}></ha-svg-icon>
        ${u(L,"access.locked",{command:M,next:o})}
      </span>`}return r`<ha-button
      size="small"
      appearance="filled"
      .disabled=${this.busy!==""}
      .loading=${this.busy===e}
      @click=${()=>this.device.is_connected?this.press(C,H,e):this.ask(C,H)}
      >${M}</ha-button
    >`}ask(C,H){let L={command:D(this.hass,H.command),device:this.device.name};S(this,"isg-confirm-dialog",{title:u(this.hass,"waiting.ask",L),text:u(this.hass,"waiting.ask_text",L),yes:u(this.hass,"waiting.ask_yes"),act:()=>N5(this.hass,"send_command",{device_id:this.device.device_id,command:H.command,entity:C.key,queue_for:{hours:1}})})}async press(C,H,L){this.busy=L;try{await N5(this.hass,"send_command",{device_id:this.device.device_id,command:H.command,entity:C.key});let e=D(this.hass,H.command);g(this,u(this.hass,"access.done",{name:C.name,command:e}))}catch(e){g(this,h(this.hass,e))}finally{this.busy=""}}};a([p({attribute:!1})],B1.prototype,"hass",2),a([p({attribute:!1})],B1.prototype,"device",2),a([d()],B1.prototype,"busy",2);function D(t,V){let C=`commands.${V}`,H=u(t,C);return H===C?V:H}n("isg-device-access",B1);var d0=["user_groups","device_groups","command_groups","shifts"],U5=["users","devices","commands","times"],R1=["read","control","configure","video","administer"],r2=["mon","tue","wed","thu","fri","sat","sun"];function E(t,V,C,H,L={}){let e=new Set(V.map(s=>s.value)),M=(C??[]).filter(s=>!e.has(s)),o=[...V,...M.map(s=>({value:s,label:H(s)}))];return{name:t,selector:{select:{multiple:!0,options:o,...L}}}}function r1(t,V){return{name:t,selector:{entity:{multiple:!0,filter:{domain:V}}}}}function F1(t){return t.people.map(V=>({value:V.user_id,label:V.name}))}function Y(t,V){return t.devices.filter(C=>C.has_authority&&(!V||V.includes(C.serial))).map(C=>({value:C.serial,label:C.name}))}function f1(t,V){return t.references[V].map(({reference:C})=>({value:C.id,label:C.name}))}function E1(t){return R1.map(V=>({value:V,label:t(`groups.${V}`)}))}function o1(t,V){return[...new Set(t.devices.flatMap(H=>H.commands))].sort().map(H=>({value:H,label:V.command(H)}))}function j2(t){return r2.map(V=>({value:V,label:t.weekday(V)}))}var q2=[{name:"start",required:!0,selector:{time:{no_second:!0}}},{name:"end",required:!0,selector:{time:{no_second:!0}}}],p0=[{name:"first",selector:{date:{}}},{name:"last",selector:{date:{}}}];function g1(t){return{name:"",type:"grid",column_min_width:"140px",schema:[{name:`${t}_date`,selector:{date:{}}},{name:`${t}_time`,selector:{time:{no_second:!0}}}]}}var K2=[g1("starts_at"),g1("expires_at")],X2={name:"uses_left",selector:{number:{mode:"box",min:0,max:1e6}}};var J=class extends w{constructor(){super(...arguments);this.items=[];this.schema=[];this.label=C=>C;this.addLabel="";this.removeLabel="";this.disabled=!1}static{this.styles=m`
    :host {
      display: block;
    }
    .item {
      display: flex;
      align-items: center;
      gap: 8px;
      margin-bottom: 8px;
    }
    ha-button ha-svg-icon {
      color: inherit;
    }
    ha-form {
      flex: 1;
      min-width: 0;
    }
  `}render(){let C=[{name:"",type:"grid",column_min_width:"120px",schema:this.schema}];return r`
      ${this.items.map((H,L)=>r`<div class="item">
          <ha-form
            .hass=${this.hass}
            .data=${H}
            .schema=${C}
            .disabled=${this.disabled}
            .computeLabel=${e=>this.label(e.name)}
            @value-changed=${e=>{e.stopPropagation(),this.tell(this.items.map((M,o)=>o===L?e.detail.value:M))}}
          ></ha-form>
          <ha-icon-button
            .path=${z}
            .label=${this.removeLabel}
            .disabled=${this.disabled}
            @click=${()=>this.tell(this.items.filter((e,M)=>M!==L))}
          ></ha-icon-button>
        </div>`)}
      <ha-button
        size="s"
        appearance="plain"
        .disabled=${this.disabled}
        @click=${()=>this.tell([...this.items,{}])}
      >
        <ha-svg-icon slot="start" .path=${$1}></ha-svg-icon>${this.addLabel}
      </ha-button>
    `}tell(C){B(this,"items-changed",{items:C})}};a([p({attribute:!1})],J.prototype,"hass",2),a([p({attribute:!1})],J.prototype,"items",2),a([p({attribute:!1})],J.prototype,"schema",2),a([p({attribute:!1})],J.prototype,"label",2),a([p()],J.prototype,"addLabel",2),a([p()],J.prototype,"removeLabel",2),a([p({type:Boolean})],J.prototype,"disabled",2);n("isg-list-editor",J);var T=class{constructor(V,C){this.hass=V;this.shown=C}user(V){let C=this.shown.people.find(H=>H.user_id===V);return C?C.name:this.t("gone",{id:V})}entity(V){let C=this.hass.states[V]?.attributes.friendly_name;return typeof C=="string"&&C?C:V}device(V){return this.shown.devices.find(C=>C.serial===V)?.name??V}reference(V,C){let H=this.shown.references[V].find(L=>L.reference.id===C);return H?H.reference.name:this.t("gone",{id:C})}command(V){return D(this.hass,V)}weekday(V){let C=Date.UTC(2024,0,1+r2.indexOf(V));return new Date(C).toLocaleDateString(this.hass.language,{weekday:"short",timeZone:"UTC"})}day(V){return new Date(`${V}T00:00:00Z`).toLocaleDateString(this.hass.language,{dateStyle:"medium",timeZone:"UTC"})}users(V){return[...V.everyone?[this.t("everyone")]:[],...(V.users??[]).map(C=>this.user(C)),...(V.groups??[]).map(C=>this.reference("user_groups",C)),...(V.persons??[]).map(C=>this.entity(C)),...(V.automations??[]).map(C=>this.software(C,"all_automations")),...(V.scripts??[]).map(C=>this.software(C,"all_scripts")),...(V.integrations??[]).map(C=>this.software(C,"all_integrations")),...(V.guests??[]).map(()=>this.t("guest"))]}devices(V){return[...V.all_of_maker?[this.t("all_devices")]:[],...(V.serials??[]).map(C=>this.device(C)),...(V.groups??[]).map(C=>this.reference("device_groups",C)),...(V.areas??[]).map(C=>this.hass.areas?.[C]?.name??C),...(V.labels??[]).map(C=>this.t("label",{id:C}))]}commands(V){return[...(V.groups??[]).map(C=>this.t(`groups.${C}`)),...(V.own_groups??[]).map(C=>this.reference("command_groups",C)),...(V.names??[]).map(C=>this.command(C)),...(V.limits??[]).map(C=>{let H=C.choices?C.choices.join(", "):`${C.minimum??"…"} – ${C.maximum??"…"}`;return this.t("limited",{command:this.command(C.command),argument:C.argument,range:H})})]}members(V,C){if(V==="shifts"){let{hours:H=[],weekdays:L=[]}=C;return this.times({hours:H,weekdays:L})}return V==="command_groups"?this.commands({groups:C.groups??[],names:C.names??[]}):[...(C.users??[]).map(H=>this.user(H)),...(C.persons??[]).map(H=>this.entity(H)),...(C.serials??[]).map(H=>this.device(H)),...(C.groups??[]).map(H=>this.reference(V,H))]}when(V){return V.map(C=>C.map(H=>this.item(H)).join(", "))}times(V){return V.always?[this.t("when.always")]:[...(V.dates??[]).map(C=>`${C.first??"…"} – ${C.last??"…"}`),(V.weekdays??[]).map(C=>this.weekday(C)).join(", "),...(V.hours??[]).map(C=>`${C.start.slice(0,5)}–${C.end.slice(0,5)}`),...(V.shifts??[]).map(C=>this.reference("shifts",C)),...[...V.schedules??[],...V.calendars??[]].map(C=>this.entity(C)),...(V.except_calendars??[]).map(C=>this.t("when.not_calendar",{entity_id:this.entity(C)}))].filter(Boolean)}more(V){let C=H=>f(this.hass,H);return[...V.uses_left===void 0?[]:[this.t("uses_left",{count:V.uses_left})],...V.starts_at?[this.t("starts",{at:C(V.starts_at)})]:[],...V.expires_at?[this.t("expires",{at:C(V.expires_at)})]:[]]}line(V){return[this.t(`effect_${V.effect}`),this.users(V.users).join(", "),this.devices(V.devices).join(", "),this.commands(V.commands).join(", "),this.times(V.times).join(", ")].join(" · ")}software(V,C){return V==="all"?this.t(C):this.entity(V)}item(V){let{kind:C,...H}=V;for(let L of["day","first","last"]){let e=H[L];e&&(H[L]=r2.includes(e)?this.weekday(e):this.day(e))}return H.entity_id&&(H.entity_id=this.entity(H.entity_id)),this.t(`when.${C}`,H)}t(V,C={}){return u(this.hass,`permissions.${V}`,C)}};var l0={users:["users","groups","persons","automations","scripts","integrations","guests"],devices:["serials","groups","areas","labels"],commands:["groups","own_groups","names"],times:["weekdays","shifts","schedules","calendars","except_calendars"]},v0={users:"everyone",devices:"all_of_maker"},m0=["automations","scripts"],z5="all",G5={fields:{effect:"allow",is_on:!0},limits:[],dates:[],hours:[]};function Y2(t,V){let{effect:C,is_on:H,note:L,uses_left:e}=t,M={effect:C,is_on:H,note:L,uses_left:e,by:t.by};for(let[o,s]of Object.entries(l0)){let c=t[o];for(let x of s){let l=c[x]??[];M[`${o}_${x}`]=l.filter(O=>!m0.includes(x)||O!==z5),l.includes(z5)&&m0.includes(x)&&(M[`${o}_all_${x}`]=!0)}}for(let[o,s]of Object.entries(v0)){let c=t[o];M[`${o}_${s}`]=c[s]===!0}for(let o of["starts_at","expires_at"]){let s=t[o];s&&Object.assign(M,D1(o,s,V))}return{fields:M,limits:(t.commands.limits??[]).map(({choices:o,...s})=>({...s,...o?{choices:o.join(", ")}:{}})),dates:t.times.dates??[],hours:t.times.hours??[]}}function c0(t,V){let{fields:C}=t,H={};for(let[l,O]of Object.entries(l0)){let k=H[l]={};for(let R of O){let I=[...C[`${l}_${R}`]??[]];C[`${l}_all_${R}`]&&I.push(z5),I.length&&(k[R]=I)}}for(let[l,O]of Object.entries(v0))C[`${l}_${O}`]&&(H[l][O]=!0);let{commands:L,times:e}=H,M=t.limits.filter(l=>l.command||l.argument).map(b7),o=t.dates.filter(l=>l.first||l.last).map(u0),s=t.hours.filter(l=>l.start||l.end),c={...e,...o.length?{dates:o}:{},...s.length?{hours:s}:{}},x=C.uses_left;return{effect:C.effect==="forbid"?"forbid":"allow",is_on:C.is_on!==!1,users:H.users,devices:H.devices,commands:{...L,...M.length?{limits:M}:{}},times:Object.keys(c).length?c:{always:!0},...C.note?{note:String(C.note)}:{},...typeof x=="number"?{uses_left:x}:{},...Q5(C,V)}}function Q5(t,V){return Object.fromEntries(["starts_at","expires_at"].map(C=>[C,t2(t,C,V)]).filter(([,C])=>C))}function t2(t,V,C){let H=t[`${V}_date`];return H?O7(`${H} ${t[`${V}_time`]||"00:00:00"}`,C):void 0}function D1(t,V,C){let[H="",L=""]=x0(Date.parse(V),C).split(" ");return{[`${t}_date`]:H,[`${t}_time`]:L}}function O7(t,V){let C=Date.parse(`${t.replace(" ","T")}Z`),H=C;for(let L=0;L<2;L++)H=C-w7(H,V);return new Date(H).toISOString().replace(".000Z","Z")}function w7(t,V){return Date.parse(`${x0(t,V).replace(" ","T")}Z`)-Math.floor(t/1e3)*1e3}function x0(t,V){return new Date(t).toLocaleString("sv-SE",{timeZone:V})}function b7(t){let V=(t.choices??"").split(",").map(e=>e.trim()),{choices:C,...H}=t,L=V.filter(Boolean);return{...u0(H),...L.length?{choices:L}:{}}}function u0(t){let V=Object.entries(t).filter(([,C])=>C!=null&&C!=="");return Object.fromEntries(V)}var J2=1440,M2=class extends w{constructor(){super(...arguments);this.intervals=[]}static{this.styles=m`
    :host {
      display: block;
    }
    table {
      width: 100%;
      border-collapse: collapse;
    }
    caption {
      text-align: start;
      padding-bottom: 8px;
      color: var(--secondary-text-color);
    }
    th {
      text-align: start;
      font-weight: normal;
      white-space: nowrap;
      padding-inline-end: 12px;
      width: 1%;
    }
    td {
      padding: 4px 0;
    }
    td.said {
      color: var(--secondary-text-color);
      font-size: var(--ha-font-size-s, 12px);
      padding-inline-start: 12px;
      width: 34%;
    }
    svg {
      display: block;
      width: 100%;
      height: 20px;
    }
    .none {
      fill: var(--divider-color);
    }
    .allowed {
      fill: var(--success-color, #43a047);
    }
    .hour {
      stroke: var(--card-background-color, #fff);
      stroke-width: 2;
    }
  `}render(){let C=H=>u(this.hass,`permissions.${H}`);return r`<table>
      <caption>
        ${C("week_text")}
      </caption>
      <tbody>
        ${y7(this.intervals).map(H=>r`<tr>
            <th scope="row">${this.name(H.date)}</th>
            <td aria-hidden="true">${k7(H)}</td>
            <td class="said">${$7(H,C)}</td>
          </tr>`)}
      </tbody>
    </table>`}name(C){return new Date(`${C}T00:00:00Z`).toLocaleDateString(this.hass.language,{weekday:"short",day:"numeric",timeZone:"UTC"})}};a([p({attribute:!1})],M2.prototype,"hass",2),a([p({attribute:!1})],M2.prototype,"intervals",2);function y7(t){let V=[];for(let C of t){let H=C.end.slice(0,10);for(let L=C.start.slice(0,10);L<=H;L=_7(L)){let e=L===C.start.slice(0,10)?h0(C.start):0,M=L===H?h0(C.end):J2;if(M<=e)continue;let o=V.find(c=>c.date===L);o||V.push(o={date:L,allowed:[]});let s=o.allowed.at(-1);C.allowed&&s?.[1]===e?s[1]=M:C.allowed&&o.allowed.push([e,M])}}return V}function k7(t){return r`<svg viewBox="0 0 ${J2} 20" preserveAspectRatio="none">
    <rect class="none" width=${J2} height="20"></rect>
    ${t.allowed.map(([V,C])=>X`<rect class="allowed" x=${V} width=${C-V} height="20"></rect>`)}
    ${[360,720,1080].map(V=>X`<path class="hour" d="M${V} 0v20"></path>`)}
  </svg>`}function $7(t,V){let[C]=t.allowed;return C?C[0]===0&&C[1]===J2?V("week_always"):t.allowed.map(([H,L])=>`${Z0(H)}–${Z0(L)}`).join(", "):V("week_never")}function h0(t){return Number(t.slice(11,13))*60+Number(t.slice(14,16))}function Z0(t){return`${String(Math.floor(t/60)).padStart(2,"0")}:${String(t%60).padStart(2,"0")}`}function _7(t){return new Date(Date.parse(`${t}T00:00:00Z`)+864e5).toISOString().slice(0,10)}n("isg-week",M2);var T7=["read","settings","set_settings","view","playback","record"],P7=[{name:"argument",required:!0,selector:{text:{}}},{name:"value",required:!0,selector:{text:{}}}],B7=20,Q=class extends w{constructor(){super(...arguments);this.fields={};this.given=[];this.error="";this.isBusy=!1}static{this.styles=[v,m`
      :host {
        display: block;
      }
      .acts,
      [role="status"],
      isg-week {
        margin-top: 16px;
      }
      ul {
        padding: 0;
      }
      li {
        padding: 8px 0;
      }
      .fits {
        font-weight: var(--ha-font-weight-medium, 500);
      }
    `]}willUpdate(C){if(C.has("tried")){let L=C.get("tried");JSON.stringify(L)!==JSON.stringify(this.tried)&&this.forget()}let[H]=this.shown.devices;if(!this.fields.serial&&H){let[L]=this.shown.people;this.fields={serial:H.serial,who:L?`user:${L.user_id}`:void 0}}}render(){return this.shown.devices.length?r`
      <ha-form
        .hass=${this.hass}
        .data=${this.fields}
        .schema=${this.schema()}
        .computeLabel=${C=>this.p(`fields.${C.name}`)}
        @value-changed=${C=>{C.stopPropagation(),this.fields=C.detail.value,this.forget()}}
      ></ha-form>
      <isg-list-editor
        .hass=${this.hass}
        .items=${this.given}
        .schema=${P7}
        .label=${C=>this.p(`fields.${C}`)}
        .addLabel=${this.p("add_argument")}
        .removeLabel=${this.hass.localize("ui.common.remove")}
        @items-changed=${C=>{this.given=C.detail.items,this.forget()}}
      ></isg-list-editor>
      <div class="acts">
        <ha-button
          .disabled=${!this.fields.command||this.isBusy}
          @click=${()=>this.ask(!1)}
          >${this.p(this.tried?"simulate":"explain")}</ha-button
        >
        <ha-button
          appearance="plain"
          .disabled=${!this.fields.command||this.isBusy}
          @click=${()=>this.ask(!0)}
          >${this.p("show_week")}</ha-button
        >
      </div>
      <div role="status">
        ${this.error?r`<ha-alert alert-type="error">${this.error}</ha-alert>`:i}
        ${this.found?this.renderFound(this.found):i}
        ${this.week?r`<isg-week .hass=${this.hass} .intervals=${this.week}></isg-week>`:i}
      </div>
    `:r`<p>${this.p("no_devices")}</p>`}renderFound({decision:C,rows:H,nearest:L}){let e=this.p(`reasons.${C.reason}`,{row:C.row??""}),M=C.next_allowed_at,o=H.filter(x=>!x.failing.length||x.number===L),s=H.filter(x=>!o.includes(x)),c=[...o,...s].slice(0,B7);return r`
      <ha-alert
        alert-type=${C.allowed?"success":"warning"}
        .title=${this.p(C.allowed?"is_allowed":"is_refused")}
      >
        ${e}
        ${C.column?this.p("column_fails",{column:this.p(`columns.${C.column}`)}):i}
        ${M?this.p("next",{at:f(this.hass,M)}):i}
      </ha-alert>
      ${c.length?r`<ul aria-label=${this.p("held")}>
            ${c.map(x=>r`<li>
                <span class=${x.failing.length?"more":"fits"}>
                  ${this.p(`row_${x.effect}`,{number:x.number})}:
                  ${x.failing.length?this.p("fails_in",{columns:x.failing.map(l=>this.p(`columns.${l}`)).join(", ")}):this.p("fits")}
                </span>
              </li>`)}
          </ul>`:i}
    `}p(C,H){return u(this.hass,`permissions.${C}`,H)}schema(){let{shown:C}=this,H=new T(this.hass,C),L=Y(C),e=C.devices.map(c=>({value:c.serial,label:c.name})),o=[...o1(C,H),...T7.map(c=>({value:c,label:this.p(`asked.${c}`)}))],s={name:"who",selector:{select:{mode:"dropdown",options:this.subjects()}}};return[...C.people.length>1?[s]:[],{name:"serial",required:!0,selector:{select:{mode:"dropdown",options:this.tried?L:e}}},{name:"command",required:!0,selector:{select:{mode:"dropdown",options:o}}},g1("when")]}forget(){this.found=void 0,this.week=void 0,this.error=""}subjects(){let C=Object.entries(this.hass.states).filter(([e])=>/^(automation|script)\./.test(e)).map(([e,M])=>({value:`${e.split(".")[0]}:${e}`,label:String(M?.attributes.friendly_name??e)})),H=this.shown.rows.flatMap(({row:e})=>(e.users.guests??[]).map(M=>({value:`guest:${M}`,label:`${this.p("guest")}: ${e.note??M}`})));return[...this.shown.people.map(e=>({value:`user:${e.user_id}`,label:e.name})),...C,...H]}async ask(C){let{serial:H,command:L,who:e}=this.fields,M=t2(this.fields,"when",this.hass.config.time_zone),[o,s]=typeof e=="string"?F7(e):["",""],c=this.given.filter(O=>O.argument),x={serial:H,command:L,arguments:Object.fromEntries(c.map(O=>[O.argument,R7(O.value??"")])),...o?{who:{kind:o,id:s}}:{},...M?{when:M}:{}},l=this.tried?{rows:[this.tried]}:{};this.isBusy=!0,this.error="";try{if(C){let O={...x,...l};this.week=(await A(this.hass,"permission_week",O)).week}else this.found=await A(this.hass,this.tried?"simulate":"explain",{...x,...l})}catch(O){this.forget(),this.error=h(this.hass,O)}finally{this.isBusy=!1}}};a([p({attribute:!1})],Q.prototype,"hass",2),a([p({attribute:!1})],Q.prototype,"shown",2),a([p({attribute:!1})],Q.prototype,"tried",2),a([d()],Q.prototype,"fields",2),a([d()],Q.prototype,"given",2),a([d()],Q.prototype,"found",2),a([d()],Q.prototype,"week",2),a([d()],Q.prototype,"error",2),a([d()],Q.prototype,"isBusy",2);function R7(t){return t==="true"||t==="false"?t==="true":t.trim()&&Number.isFinite(Number(t))?Number(t):t}function F7(t){let V=t.indexOf(":");return[t.slice(0,V),t.slice(V+1)]}n("isg-try",Q);var j5="owner",E7="changed_meanwhile",O1=class extends y{constructor(){super(...arguments);this.isConflict=!1;this.isTrying=!1}static{this.styles=m`
    h3 {
      margin: 24px 0 8px;
      font-size: var(--ha-font-size-l, 16px);
      font-weight: var(--ha-font-weight-medium, 500);
    }
    p {
      color: var(--secondary-text-color);
      margin: 0 0 8px;
    }
    .anew {
      margin: 8px 0 16px;
    }
    ha-form + isg-list-editor,
    isg-list-editor + isg-list-editor {
      display: block;
      margin-top: 16px;
    }
  `}willUpdate(){if(this.params&&!this.form){let{row:C,wanted:H}=this.params;this.row=C,C?this.form=Y2(C.row,this.zone):H?this.form=Y2({...H,number:0,made_by:""},this.zone):this.form=G5}}updated(C){(C.has("error")&&this.error||C.has("isConflict")&&this.isConflict)&&this.renderRoot.querySelector("ha-alert")?.scrollIntoView({block:"center"})}heading(){let C=this.params?.row?.row.number;return C?this.p("edit_row",{number:C}):this.p("add_row")}body(){let{form:C,params:H}=this;return!C||!H?r``:r`
      ${this.isConflict?r`<ha-alert alert-type="warning">${this.p("conflict")}</ha-alert>
            <ha-button class="anew" size="s" @click=${this.loadAnew}
              >${this.p("load_anew")}</ha-button
            >`:i}
      ${this.fieldset(this.general())}
      <h3>${this.p("columns.users")}</h3>
      ${this.fieldset(this.users())}
      <h3>${this.p("columns.devices")}</h3>
      ${this.fieldset(this.devices())}
      <h3>${this.p("columns.commands")}</h3>
      ${this.fieldset(this.commands())}
      ${this.list("limits","add_limit",this.limits())}
      <h3>${this.p("columns.times")}</h3>
      <p>${this.p("times_text")}</p>
      ${this.fieldset(this.times())} ${this.list("hours","add_hours",q2)}
      ${this.list("dates","add_dates",p0)}
      <h3>${this.p("bounds")}</h3>
      ${this.fieldset([...K2,X2,{name:"note",selector:{text:{}}}])}
      ${this.isTrying?r`<h3>${this.p("try")}</h3>
            <isg-try .hass=${this.hass} .shown=${H.shown} .tried=${this.tried()}></isg-try>`:r`<ha-button appearance="plain" @click=${()=>this.isTrying=!0}
            >${this.p("try")}</ha-button
          >`}
    `}buttons(){return r`${this.cancelButton()}
      <ha-button
        slot="primaryAction"
        .disabled=${this.isConflict}
        .loading=${this.isBusy}
        @click=${this.save}
        >${this.hass.localize("ui.common.save")}</ha-button
      >`}get isForOthers(){let C=this.params?.wanted?.users??this.row?.row.users;return!!(C?.persons??C?.automations??C?.scripts??C?.integrations)}get zone(){return this.hass.config.time_zone}get shown(){if(!this.params)throw new Error("not open");return this.params.shown}get names(){return new T(this.hass,this.shown)}p(C,H){return this.t(`permissions.${C}`,H)}fieldset(C){return r`<ha-form
      .hass=${this.hass}
      .data=${this.form?.fields}
      .schema=${C}
      .disabled=${this.isBusy}
      .computeLabel=${H=>this.p(`fields.${H.name}`)}
      @value-changed=${H=>{this.form&&(this.form={...this.form,fields:H.detail.value})}}
    ></ha-form>`}list(C,H,L){return r`<isg-list-editor
      .hass=${this.hass}
      .items=${this.form?.[C]}
      .schema=${L}
      .label=${e=>this.p(`fields.${e}`)}
      .addLabel=${this.p(H)}
      .removeLabel=${this.hass.localize("ui.common.remove")}
      .disabled=${this.isBusy}
      @items-changed=${e=>{this.form&&(this.form={...this.form,[C]:e.detail.items})}}
    ></isg-list-editor>`}general(){let H={name:"effect",required:!0,selector:{select:{mode:"list",options:["allow","forbid"].map(M=>({value:M,label:this.p(`effect_${M}`)}))}}},{grants:L}=this.shown;if(this.row||L.length<2)return[H];let e=L.map(M=>({value:M.by??j5,label:this.p(M.by?"by_appointment":"by_owner",{devices:M.serials.map(o=>this.names.device(o)).join(", ")})}));return[H,{name:"by",required:!0,selector:{select:{options:e}}}]}chosen(C){return this.form?.fields[C]}users(){let{shown:C,names:H}=this,L=f1(C,"user_groups");return[E("users_users",F1(C),this.chosen("users_users"),e=>H.user(e)),...L.length||this.chosen("users_groups")?.length?[E("users_groups",L,this.chosen("users_groups"),e=>H.reference("user_groups",e))]:[],{name:"users_everyone",selector:{boolean:{}}},{name:"",type:"expandable",flatten:!0,title:this.p("others"),expanded:this.isForOthers,headingLevel:4,schema:[r1("users_persons","person"),r1("users_automations","automation"),{name:"users_all_automations",selector:{boolean:{}}},r1("users_scripts","script"),{name:"users_all_scripts",selector:{boolean:{}}},{name:"users_integrations",selector:{text:{multiple:!0}}}]}]}devices(){let{shown:C,names:H}=this,L=this.chosen("by"),e=C.grants.find(o=>(o.by??j5)===L),M=f1(C,"device_groups");return[E("devices_serials",Y(C,e?.serials),this.chosen("devices_serials"),o=>H.device(o)),...M.length||this.chosen("devices_groups")?.length?[E("devices_groups",M,this.chosen("devices_groups"),o=>H.reference("device_groups",o))]:[],{name:"devices_all_of_maker",selector:{boolean:{}}},{name:"",type:"expandable",flatten:!0,title:this.p("places"),headingLevel:4,schema:[{name:"devices_areas",selector:{area:{multiple:!0}}},{name:"devices_labels",selector:{label:{multiple:!0}}}]}]}commands(){let{shown:C,names:H}=this,L=f1(C,"command_groups");return[E("commands_groups",E1(e=>this.p(e)),[],String,{mode:"list"}),...L.length||this.chosen("commands_own_groups")?.length?[E("commands_own_groups",L,this.chosen("commands_own_groups"),e=>H.reference("command_groups",e))]:[],E("commands_names",o1(C,H),this.chosen("commands_names"),e=>H.command(e),{custom_value:!0})]}limits(){return[{name:"command",required:!0,selector:{text:{}}},{name:"argument",required:!0,selector:{text:{}}},{name:"minimum",selector:{number:{mode:"box",step:"any"}}},{name:"maximum",selector:{number:{mode:"box",step:"any"}}},{name:"choices",selector:{text:{}}}]}times(){let{shown:C,names:H}=this,L=f1(C,"shifts");return[E("times_weekdays",j2(H),[],String,{mode:"list"}),...L.length||this.chosen("times_shifts")?.length?[E("times_shifts",L,this.chosen("times_shifts"),e=>H.reference("shifts",e))]:[],{name:"",type:"expandable",flatten:!0,title:this.p("sources"),headingLevel:4,schema:[r1("times_schedules","schedule"),r1("times_calendars","calendar"),r1("times_except_calendars","calendar")]}]}wanted(){return c0(this.form??G5,this.zone)}by(){let C=this.chosen("by")??this.shown.grants[0]?.by??null;return typeof C=="string"&&C!==j5?C:null}tried(){let C=this.row?.row.number,H=this.by();return{...this.wanted(),...C?{number:C}:H?{by:H}:{}}}async save(){let{params:C,row:H}=this;await this.submit(async()=>{try{if(H){let{version:L}=H,{number:e}=H.row;await A(this.hass,"change_row",{number:e,version:L,row:this.wanted()})}else C?.save?await C.save(this.wanted(),this.by()):await A(this.hass,"add_row",{row:this.wanted(),by:this.by()})}catch(L){throw this.isConflict=L.code===E7,L}}),this.isConflict&&(this.error="")}async loadAnew(){let C=this.row?.row.number??0;try{let{rows:H}=await A(this.hass,"rows",{after:C-1,limit:1}),[L]=H;if(L?.row.number!==C){this.error=this.p("row_gone",{number:C});return}this.row=L,this.form=Y2(L.row,this.zone),this.isConflict=!1}catch(H){this.error=h(this.hass,H)}}};a([d()],O1.prototype,"form",2),a([d()],O1.prototype,"row",2),a([d()],O1.prototype,"isConflict",2),a([d()],O1.prototype,"isTrying",2);n("isg-row-dialog",O1);function S0(t,V){return String(t.states[V]?.attributes.friendly_name??V)}async function g0(t,V){let{serial:C,automation:H,command:L}=V,M={effect:"allow",is_on:!0,users:{[H.startsWith("script.")?"scripts":"automations"]:[H]},devices:{serials:[C]},commands:{names:[L]},times:{always:!0}};S(t,"isg-row-dialog",{shown:await D7(t.hass),wanted:M})}function D7(t){return new Promise((V,C)=>{let H=t.connection.subscribeMessage(L=>{V(L),H.then(e=>e()).catch(()=>{})},{type:`${P}/permissions`,limit:1});H.catch(C)})}var j=class extends y{willUpdate(){if(!this.params||this.watched)return;let{serial:V}=this.params;this.watched=new b(this,"ownership",()=>({serial:V}))}render(){return!this.params||!this.watched?.value?.is_gone||this.isBusy?super.render():this.frame(r`<ha-alert alert-type="warning">${this.t("device.gone")}</ha-alert>`,r`<ha-button slot="primaryAction" @click=${()=>this.isOpen=!1}
        >${this.hass.localize("ui.common.close")}</ha-button
      >`)}};var i2="\0name",q5="on",f0="off",H5="",C5=class extends j{willUpdate(){if(super.willUpdate(),this.params&&!this.data){let{deployment:V,settings:C}=this.params;this.data={[i2]:V?.name??""};for(let H of C){let L=V?.values[H.key];this.data[H.key]=N7(H,L)}}}heading(){let V=this.params?.deployment?.name;return V?this.t("device.edit",{name:V}):this.t("device.add")}body(){return r`<p>${this.t("device.dialog_text")}</p>
      <ha-form
        .hass=${this.hass}
        .data=${this.data}
        .schema=${this.schema()}
        .disabled=${this.isBusy}
        .computeLabel=${V=>this.label(V.name)}
        .computeHelper=${V=>this.helper(V.name)}
        @value-changed=${V=>this.data=V.detail.value}
      ></ha-form>`}buttons(){return r`${this.cancelButton()}
      <ha-button
        slot="primaryAction"
        .disabled=${!this.data?.[i2]}
        .loading=${this.isBusy}
        @click=${this.save}
        >${this.hass.localize("ui.common.save")}</ha-button
      >`}setting(V){return this.params?.settings.find(C=>C.key===V)}label(V){if(V===i2)return this.t("device.name");let C=this.setting(V);return C?.unit?`${C.name} (${C.unit})`:C?.name??V}helper(V){let C=this.setting(V);if(!C)return"";let[H,L]=C.range??[],e=C.type==="text"&&H!==void 0;return[H===void 0?"":this.t(e?"device.length":"device.range",{low:H,high:L??""}),C.risky?this.t("device.risky"):""].filter(Boolean).join(" ")}schema(){let V=(this.params?.settings??[]).map(H=>({name:H.key,selector:this.selector(H)})),C=!this.params?.deployment;return[{name:i2,required:!0,disabled:!C,selector:{text:{}}},...V]}selector(V){let[C,H,L]=(V.range??[]).map(Number);switch(V.type){case"flag":return this.choice([{value:q5,label:this.t("device.on")},{value:f0,label:this.t("device.off")}]);case"choice":return this.choice((V.options??[]).map(e=>({value:e,label:e})));case"whole":case"decimal":return{number:{mode:"box",...C===void 0?{}:{min:C,max:H,step:L||"any"}}};default:return{text:{}}}}choice(V){return{select:{mode:"dropdown",options:[{value:H5,label:this.t("device.left_out")},...V]}}}async save(){let{params:V,data:C}=this;if(!V||!C)return;let H={};for(let L of V.settings){let e=C[L.key];e===void 0||e===H5||e===null||(H[L.key]=L.type==="flag"?e===q5:e)}await this.submit(async()=>{await A(this.hass,"put_deployment",{serial:V.serial,name:String(C[i2]).trim(),values:H,revision:V.revision}),await V.saved()})}};a([d()],C5.prototype,"data",2);function N7(t,V){return t.type==="flag"?V===void 0?H5:V?q5:f0:t.type==="choice"?V??H5:t.type==="decimal"&&V!==void 0?Number(V):V}n("isg-deployment-dialog",C5);var U=`${$}/monitoring`,W=class extends Z{m(V,C){return this.t(`monitoring.${V}`,C)}at(V){return S1(this.hass,V)}level(V){return r`<span class="level"
      ><span class="dot ${V}"></span>${_(this.hass,"level",V)}</span
    >`}renderThreat(V){let C=[this.at(V.at),V.device,V.name||V.source,V.count>1?`×${V.count}`:""].filter(Boolean);return r`<li>
      <div class="what">
        <a class="name" href="${U}/threat/${V.id}" @click=${K}
          >${_(this.hass,"detection",V.detection)}</a
        >
        <div class="more">${C.map((H,L)=>r`${L?" · ":""}<bdi>${H}</bdi>`)}</div>
      </div>
      ${V.is_open?r`<span class="more">${this.m("is_open")}</span>`:i}
      ${this.level(V.level)}
    </li>`}};a([p({attribute:!1})],W.prototype,"shown",2);function K(t){if(t.ctrlKey||t.metaKey||t.shiftKey)return;t.preventDefault();let{pathname:V,search:C}=t.currentTarget;F(V+C)}var N=m`
  :host {
    display: grid;
    gap: 16px;
    min-width: 0;
  }
  .inside {
    padding: 0 16px 16px;
  }
  a:not(.name) {
    color: var(--primary-text-color);
  }
  .level {
    display: inline-flex;
    align-items: center;
    gap: 8px;
    min-width: 88px;
    color: var(--primary-text-color);
  }
  .dot {
    flex: none;
    width: 12px;
    height: 12px;
    border-radius: 50%;
    background: var(--disabled-color, #bdbdbd);
  }
  .low {
    background: var(--info-color);
    fill: var(--info-color);
  }
  .medium {
    background: var(--warning-color);
    fill: var(--warning-color);
  }
  .high {
    background: var(--error-color);
    fill: var(--error-color);
  }
  .very_low {
    background: var(--disabled-color, #bdbdbd);
    fill: var(--disabled-color, #bdbdbd);
  }
`;var W7=["very_low","low","medium","high"],I7=["report","block","trace","suspend","alarm"],U7=["threshold","window_s","cooldown_s","raise_at"],z7=/^suspend_/,a2=class extends y{constructor(){super(...arguments);this.warning=""}willUpdate(){if(this.params&&!this.data){let{level:C,responses:H,threshold:L,window_s:e,cooldown_s:M,raise_at:o}=this.params.watched;this.data={level:C,responses:H,threshold:L,window_s:e,cooldown_s:M,raise_at:o}}}heading(){return _(this.hass,"detection",this.params?.watched.detection??"")}body(){return r`${this.warning?r`<ha-alert alert-type="warning">${this.warning}</ha-alert>`:i}
      <ha-form
        .hass=${this.hass}
        .data=${this.data}
        .schema=${this.schema()}
        .disabled=${this.isBusy}
        .computeLabel=${C=>this.t(`monitoring.${C.name}`)}
        @value-changed=${this.changed}
      ></ha-form>`}buttons(){return r`${this.cancelButton()}
      <ha-button slot="primaryAction" .loading=${this.isBusy} @click=${this.save}
        >${this.warning?this.t("monitoring.all_the_same"):this.hass.localize("ui.common.save")}</ha-button
      >`}changed(C){this.data=C.detail.value,this.warning=""}schema(){let C=(H,L)=>L.map(e=>({value:e,label:_(this.hass,H,e)}));return[{name:"level",required:!0,selector:{select:{mode:"dropdown",options:C("level",W7)}}},{name:"responses",selector:{select:{multiple:!0,mode:"list",options:C("response",I7)}}},...U7.map(H=>({name:H,selector:{number:{mode:"box",min:H==="threshold"||H==="window_s"?1:0}}}))]}async save(){let{params:C,data:H}=this;!C||!H||await this.submit(async()=>{try{await A(this.hass,"set_monitoring_rule",{scope:C.scope,detection:C.watched.detection,revision:C.revision,...H,responses:[...new Set(["log",...H.responses])],confirm:this.warning!==""})}catch(L){throw z7.test(L.code)?(this.warning=h(this.hass,L),new Error(this.t("monitoring.not_saved"))):L}await C.saved()})}};a([d()],a2.prototype,"data",2),a([d()],a2.prototype,"warning",2);n("isg-rule-dialog",a2);var G7=["log","block","trace","report","suspend","alarm"];function o2(t,V){return t?.kind===V?.kind&&(t?.id??"")===(V?.id??"")}var s1=class extends w{constructor(){super(...arguments);this.detections=[];this.revision=0;this.mayConfigure=!1}static{this.styles=[v,a1,m`
      .unseen {
        position: absolute;
        clip-path: inset(50%);
      }
      @media (max-width: 600px) {
        thead {
          position: absolute;
          clip-path: inset(50%);
        }
        tr {
          display: grid;
          grid-template-columns: 1fr auto;
          padding: 8px 0;
          border-bottom: 1px solid var(--divider-color);
        }
        th,
        td {
          border: none;
          padding: 2px 0;
        }
        td:nth-child(2),
        td:nth-child(3) {
          grid-column: 1;
        }
        td.buttons {
          grid-area: 1 / 2 / span 3;
        }
      }
    `]}render(){return r`<div class="scroll">
      <table aria-label=${this.t("table_caption")}>
        <thead>
          <tr>
            <th scope="col">${this.t("detection")}</th>
            <th scope="col">${this.t("level")}</th>
            <th scope="col">${this.t("responses")}</th>
            ${this.mayConfigure?r`<th scope="col">${this.t("change")}</th>`:i}
          </tr>
        </thead>
        <tbody>
          ${this.detections.map(C=>this.renderRow(C))}
        </tbody>
      </table>
    </div>`}renderRow(C){let H=_(this.hass,"detection",C.detection),L=o2(C.scope,this.scope);return r`<tr>
      <th scope="row">
        ${H}${C.rule?r`<div class="more">
              ${L||!C.scope?this.t("own"):this.t("own_wider",{scope:this.t(`wider.${C.scope.kind}`)})}
            </div>`:i}
      </th>
      <td>${_(this.hass,"level",C.level)}</td>
      <td>
        ${G7.filter(e=>C.responses.includes(e)).map(e=>_(this.hass,"response",e)).join(", ")}
        ${C.threshold>1?r`<div class="more">
              ${this.t("from_on",{count:String(C.threshold),minutes:Q7(C.window_s)})}
            </div>`:i}
      </td>
      ${this.mayConfigure?r`<td class="buttons">
            ${C.rule&&L&&C.may_remove?r`<ha-icon-button
                  .path=${D3}
                  .label=${this.t("restore",{name:H})}
                  @click=${()=>this.restore(C)}
                ></ha-icon-button>`:i}
            <ha-icon-button
              .path=${i1}
              .label=${this.t("edit",{name:H})}
              @click=${()=>this.edit(C)}
            ></ha-icon-button>
          </td>`:i}
    </tr>`}edit(C){S(this,"isg-rule-dialog",{scope:this.scope,watched:C,revision:this.revision,saved:async()=>this.changed()})}async restore(C){try{await A(this.hass,"remove_monitoring_rule",{rule:C.rule,revision:this.revision})}catch(H){g(this,h(this.hass,H))}this.changed()}changed(){B(this,"policy-changed",{})}t(C,H){return u(this.hass,`monitoring.${C}`,H)}};a([p({attribute:!1})],s1.prototype,"hass",2),a([p({attribute:!1})],s1.prototype,"detections",2),a([p({attribute:!1})],s1.prototype,"scope",2),a([p({type:Number})],s1.prototype,"revision",2),a([p({type:Boolean})],s1.prototype,"mayConfigure",2);function Q7(t){return String(Math.round(t/6)/10)}n("isg-policy-table",s1);var j7=10,n1=class extends w{constructor(){super(...arguments);this.serial="";this.threats=[];this.error=""}static{this.styles=[v,m`
      :host {
        display: grid;
        gap: 16px;
      }
    `]}willUpdate(C){C.has("serial")&&this.load()}render(){if(this.error)return r`<ha-alert alert-type="error">${this.error}</ha-alert>`;if(!this.shown)return i;let{detections:C,may_configure:H,revision:L}=this.shown;return r`
      ${this.threats.length?r`<ha-card>
            <h2>${this.t("threats")}</h2>
            <ul>
              ${this.threats.map(e=>r`<li>
                  <div class="what">
                    <a class="name" href="${U}/threat/${e.id}" @click=${K}
                      >${_(this.hass,"detection",e.detection)}</a
                    >
                    <div class="more">
                      ${S1(this.hass,e.at)}
                      ${e.count>1?r` · ×${e.count}`:i} · ${e.evidence}
                    </div>
                  </div>
                  <div>${_(this.hass,"level",e.level)}</div>
                </li>`)}
            </ul>
          </ha-card>`:i}
      <ha-card>
        <h2>${this.t("title")}</h2>
        <p>${this.t("text")}</p>
        <isg-policy-table
          .hass=${this.hass}
          .detections=${C}
          .scope=${{kind:"device",id:this.serial}}
          .revision=${L}
          .mayConfigure=${H}
          @policy-changed=${this.load}
        ></isg-policy-table>
      </ha-card>
    `}async load(){let C=this.serial;try{let[H,{threats:L}]=await Promise.all([A(this.hass,"effective_monitoring",{serial:C}),A(this.hass,"threats",{serial:C,limit:j7})]);if(C!==this.serial)return;this.shown=H,this.threats=L,this.error=""}catch(H){this.error=h(this.hass,H)}}t(C){return u(this.hass,`monitoring.${C}`)}};a([p({attribute:!1})],n1.prototype,"hass",2),a([p()],n1.prototype,"serial",2),a([d()],n1.prototype,"shown",2),a([d()],n1.prototype,"threats",2),a([d()],n1.prototype,"error",2);n("isg-device-monitoring",n1);var K5=class extends j{heading(){return this.params?.title??""}body(){return r`${this.params?.texts.map(V=>r`<p>${V}</p>`)}`}buttons(){return r`${this.cancelButton()}
      <ha-button
        slot="primaryAction"
        .loading=${this.isBusy}
        @click=${()=>this.submit(async()=>this.params?.act())}
        >${this.params?.yes}</ha-button
      >`}};n("isg-device-confirm-dialog",K5);var q7="first_owner",K7="administer",V5=class extends j{constructor(){super(...arguments);this.fields={role:"manager",commands:["read","control"],may_appoint:!1}}heading(){return this.t("ownership.appoint")}body(){return r`<p>${this.t("ownership.appoint_text")}</p>
      <ha-form
        .hass=${this.hass}
        .data=${{by:this.key(this.grant()),...this.fields}}
        .schema=${this.schema()}
        .disabled=${this.isBusy}
        .computeLabel=${C=>this.t(`ownership.fields.${C.name}`)}
        .computeHelper=${C=>C.name==="may_appoint"?this.t("ownership.may_appoint_helper"):""}
        @value-changed=${C=>{C.stopPropagation(),this.fields=C.detail.value}}
      ></ha-form>`}buttons(){return r`${this.cancelButton()}
      <ha-button
        slot="primaryAction"
        .disabled=${!this.fields.user_id||!this.commands().length}
        .loading=${this.isBusy}
        @click=${()=>this.submit(()=>this.appoint())}
        >${this.t("ownership.appoint_yes")}</ha-button
      >`}schema(){let{people:C=[],grants:H=[]}=this.params??{},e=this.grant()?.role==="owner"?["manager","owner"]:["manager"],M=(s,c,x={})=>({name:s,required:!0,selector:{select:{options:c,...x}}}),o=H.map(s=>({value:this.key(s),label:s.by?this.t("ownership.by_appointment",{person:s.giver}):this.t("ownership.by_ownership")}));return[...o.length>1?[M("by",o,{mode:"dropdown"})]:[],M("user_id",C.map(s=>({value:s.user_id,label:s.name})),{mode:"dropdown"}),M("role",e.map(s=>({value:s,label:this.t(`ownership.roles_long.${s}`)})),{mode:"list"}),M("commands",this.offered().map(s=>({value:s,label:this.t(`permissions.groups.${s}`)})),{mode:"list",multiple:!0}),{name:"may_appoint",selector:{boolean:{}}}]}grant(){let C=this.params?.grants??[];return C.find(H=>this.key(H)===this.fields.by)??C[0]}key(C){return C?.by??q7}offered(){let C=this.grant()?.commands??[];return R1.filter(H=>C.includes(H)&&(this.fields.role==="owner"||H!==K7))}commands(){return(this.fields.commands??[]).filter(C=>this.offered().includes(C))}async appoint(){let{user_id:C,role:H,may_appoint:L}=this.fields;await A(this.hass,"appoint",{user_id:C,role:this.grant()?.role==="owner"?H:"manager",commands:this.commands(),may_appoint:L===!0,serials:[this.params?.serial],by:this.grant()?.by??null})}};a([d()],V5.prototype,"fields",2);n("isg-appoint-dialog",V5);function O0(t,V){return R1.filter(H=>V.includes(H)).map(H=>u(t,`permissions.groups.${H}`)).join(", ")}var w0=["shown","kept","confidential"],X5="as_device",X7="",L5=class extends j{constructor(){super(...arguments);this.chosen={}}heading(){return this.t("ownership.disclosure")}body(){let{disclosure:C}=this.params,H=o=>o.map(s=>({value:s,label:this.t(`ownership.disclosures.${s}`)})),L=[X7,...C.entities.map(o=>o.key)],e=L.map(o=>({name:`of_${o}`,required:!0,selector:{select:{mode:"dropdown",options:H(o?[X5,...w0]:w0)}}})),M=Object.fromEntries(L.map(o=>[`of_${o}`,this.now(o)]));return r`<p>${this.t("ownership.disclosure_text")}</p>
      <ha-form
        .hass=${this.hass}
        .data=${M}
        .schema=${e}
        .disabled=${this.isBusy}
        .computeLabel=${o=>this.label(o.name.slice(3))}
        @value-changed=${o=>{o.stopPropagation(),this.chosen=Object.fromEntries(Object.entries(o.detail.value).map(([s,c])=>[s.slice(3),c]))}}
      ></ha-form>`}buttons(){return r`${this.cancelButton()}
      <ha-button
        slot="primaryAction"
        .loading=${this.isBusy}
        @click=${()=>this.submit(()=>this.save())}
        >${this.hass.localize("ui.common.save")}</ha-button
      >`}label(C){let H=this.params?.disclosure.entities.find(L=>L.key===C);return H?`${H.name} (${H.key})`:this.t("ownership.whole_device")}now(C){return this.chosen[C]??this.kept(C)}kept(C){let{device:H,entities:L}=this.params.disclosure;return C?L.find(e=>e.key===C)?.choice??X5:H}async save(){for(let[C,H]of Object.entries(this.chosen))H!==this.kept(C)&&await A(this.hass,"set_disclosure",{serial:this.params?.serial,...C?{entity:C}:{},choice:H===X5?null:H})}};a([d()],L5.prototype,"chosen",2);n("isg-disclosure-dialog",L5);var Y5=class extends y{static{this.styles=m`
    .code {
      font-family: var(--ha-font-family-code, monospace);
      font-size: var(--ha-font-size-l, 16px);
      overflow-wrap: anywhere;
      user-select: all;
    }
  `}heading(){return this.t("ownership.invitation")}body(){let{invitation:V,serial:C}=this.params,H=Math.round(V.expires_in/60);return r`<ha-alert alert-type="info">${this.t("ownership.invitation_once")}</ha-alert>
      <p>${this.t("ownership.invitation_text",{serial:C,minutes:H})}</p>
      <p class="code">${V.password}</p>`}buttons(){return r`<ha-button slot="primaryAction" @click=${()=>this.isOpen=!1}
      >${this.t("permissions.close")}</ha-button
    >`}};n("isg-invitation-dialog",Y5);var e5=class extends j{constructor(){super(...arguments);this.fields={}}heading(){return this.t("ownership.transfer_title",{name:this.params?.name??""})}body(){let C=(this.params?.people??[]).map(H=>({value:H.user_id,label:H.name}));return r`<p>${this.t("ownership.transfer_text")}</p>
      <ha-form
        .hass=${this.hass}
        .data=${this.fields}
        .schema=${[{name:"user_id",required:!0,selector:{select:{options:C,mode:"dropdown"}}}]}
        .disabled=${this.isBusy}
        .computeLabel=${()=>this.t("ownership.fields.user_id")}
        @value-changed=${H=>{H.stopPropagation(),this.fields=H.detail.value}}
      ></ha-form>`}buttons(){return r`${this.cancelButton()}
      <ha-button
        slot="primaryAction"
        .disabled=${!this.fields.user_id}
        .loading=${this.isBusy}
        @click=${()=>this.submit(()=>A(this.hass,"offer_transfer",{serial:this.params?.serial,...this.fields}))}
        >${this.t("ownership.offer")}</ha-button
      >`}};a([d()],e5.prototype,"fields",2);n("isg-transfer-dialog",e5);var N1=class extends Z{constructor(){super(...arguments);this.serial="";this.name=""}static{this.styles=[v,m`
      .danger {
        --ha-button-theme-color: var(--error-color);
      }
    `]}render(){let{acts:C,offer:H,takeover:L,may_ask_takeover:e,guests:M}=this.told,o=[C.includes("set_disclosure")?this.row("disclosure",this.o("disclosure_row"),"change",()=>this.disclose()):i,C.includes("rotate_key")?this.row("key",this.o("key_row"),"rotate",()=>this.askRotate()):i,C.includes("invite_gateway")?this.row("gateways",this.o("gateways_row"),"invite",()=>this.askInvite()):i,...(C.includes("remove_gateway")?M:[]).map(s=>this.row("gateway",this.o("gateway_row"),"remove",()=>this.askRemove(s),{slot:String(s)})),H?this.renderOffer(H):i,C.includes("transfer")&&!H?this.row("transfer",this.o("transfer_row"),"offer",()=>this.transfer()):i,L?this.renderTakeover(L):i,e&&!L?this.row("takeover",this.o("takeover_row"),"ask",()=>this.askTakeover()):i,C.includes("release")?this.row("release",this.o("release_row"),"release_yes",()=>this.askRelease()):i].filter(s=>s!==i);return o.length?r`<ha-card>
      <h2>${this.o("acts")}</h2>
      <ul>
        ${o}
      </ul>
      ${C.includes("release")?r`<p>${this.o("reset_text")}</p>`:i}
    </ha-card>`:i}row(C,H,L,e,M={}){return r`<li>
      <div class="what">
        <div class="name">${this.o(`rows.${C}`,M)}</div>
        <div class="more">${H}</div>
      </div>
      <ha-button
        size="small"
        appearance=${C==="release"?"plain":"filled"}
        variant=${C==="release"?"danger":"brand"}
        aria-label="${this.o(`buttons.${L}`)}: ${this.o(`rows.${C}`,M)}"
        @click=${e}
        >${this.o(`buttons.${L}`)}</ha-button
      >
    </li>`}renderOffer(C){let H=f(this.hass,C.at);return r`<li>
      <div class="what">
        <div class="name">${this.o("rows.offer")}</div>
        <div class="more">
          ${C.is_to_you?this.t("overview.offered_to_you",{person:C.from,until:H}):this.t("overview.offered_by_you",{person:C.to,until:H})}
        </div>
      </div>
      <div class="acts">
        ${C.is_to_you?r`${this.give("overview.accept","accept_transfer")}
            ${this.give("overview.decline","end_transfer")}`:this.give("overview.withdraw","end_transfer")}
      </div>
    </li>`}renderTakeover(C){let H=f(this.hass,C.at),L=new Date(C.at)<=new Date;return r`<li>
      <div class="what">
        <div class="name">${this.o("rows.takeover")}</div>
        <div class="more">
          ${C.is_to_you?this.t("overview.asked_by_you",{person:C.from,at:H}):this.t("overview.asked_of_you",{person:C.to,at:H})}
        </div>
      </div>
      <div class="acts">
        ${C.is_to_you&&L?this.give("overview.take_over","take_over"):i}
        ${this.give(C.is_to_you?"overview.ask_no_longer":"overview.object","object_takeover")}
      </div>
    </li>`}give(C,H){return r`<ha-button size="small" @click=${()=>this.attempt(()=>this.command(H))}
      >${this.t(C)}</ha-button
    >`}async disclose(){await this.attempt(async()=>{let C=await A(this.hass,"disclosure",{serial:this.serial});S(this,"isg-disclosure-dialog",{serial:this.serial,disclosure:C})})}askRotate(){this.ask("rows.key",["key_text"],"buttons.rotate",async()=>{await this.command("rotate_key"),g(this,this.o("key_done"))})}askInvite(){this.ask("rows.gateways",["invite_text"],"buttons.invite",async()=>{let{serial:C}=this,H=await A(this.hass,"invite_gateway",{serial:C});S(this,"isg-invitation-dialog",{serial:C,invitation:H})})}askRemove(C){this.ask("remove_title",["remove_text"],"buttons.remove",()=>A(this.hass,"remove_gateway",{serial:this.serial,slot:C}))}async transfer(){await this.attempt(async()=>{let{people:C}=await A(this.hass,"people");S(this,"isg-transfer-dialog",{serial:this.serial,name:this.name,people:C.filter(H=>H.user_id!==this.hass.user.id)})})}askTakeover(){this.ask("rows.takeover",["takeover_text"],"buttons.ask",()=>this.command("ask_takeover"))}askRelease(){this.ask("release_title",["release_text","release_falls"],"buttons.release_yes",async()=>{await this.command("release"),F(`${$}/overview`)})}ask(C,H,L,e){S(this,"isg-device-confirm-dialog",{serial:this.serial,title:this.o(C,{name:this.name}),texts:H.map(M=>this.o(M,{name:this.name})),yes:this.o(L),act:e})}command(C){return A(this.hass,C,{serial:this.serial})}o(C,H){return this.t(`ownership.${C}`,H)}};a([p()],N1.prototype,"serial",2),a([p()],N1.prototype,"name",2),a([p({attribute:!1})],N1.prototype,"told",2);n("isg-device-acts",N1);var w1=class extends w{constructor(){super(...arguments);this.narrow=!1;this.serial=""}static{this.styles=[v,m`
      .inside {
        padding: 0 16px 16px;
      }
      table {
        border-collapse: collapse;
        width: 100%;
      }
      th,
      td {
        text-align: start;
        padding: 8px 16px 8px 0;
        border-bottom: 1px solid var(--divider-color);
        vertical-align: top;
        overflow-wrap: anywhere;
      }
      th {
        font-weight: var(--ha-font-weight-medium, 500);
      }
      a {
        color: var(--primary-text-color);
      }
      .no {
        color: var(--secondary-text-color);
      }
      dl {
        display: grid;
        grid-template-columns: max-content 1fr;
        gap: 4px 16px;
        margin: 4px 0 0;
      }
      dt {
        color: var(--secondary-text-color);
      }
      dd {
        margin: 0;
        overflow-wrap: anywhere;
      }
      li {
        display: block;
      }
    `]}render(){let{told:C}=this;return r`<ha-card>
      <h2>${this.o("people")}</h2>
      <p>${this.o("people_text")}</p>
      ${this.narrow?this.renderList(C):this.renderTable(C)}
      ${C.left_out?r`<p>${P1(this.hass,"ownership.left_out",C.left_out)}</p>`:i}
      <p>
        <a
          href="${$}/permissions/try"
          @click=${H=>{H.ctrlKey||H.metaKey||H.shiftKey||(H.preventDefault(),F(`${$}/permissions/try`))}}
          >${this.o("why")}</a
        >
      </p>
    </ha-card>`}renderTable({groups:C,people:H}){return r`<div class="inside">
      <table aria-label=${this.o("people")}>
        <thead>
          <tr>
            <th scope="col">${this.o("person")}</th>
            ${C.map(L=>r`<th scope="col">${this.group(L)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${H.map(L=>r`<tr>
              <th scope="row"><bdi>${L.name}</bdi></th>
              ${C.map(e=>r`<td>${this.verdict(L.groups[e])}</td>`)}
            </tr>`)}
        </tbody>
      </table>
    </div>`}renderList({groups:C,people:H}){return r`<ul aria-label=${this.o("people")}>
      ${H.map(L=>r`<li>
          <div class="name"><bdi>${L.name}</bdi></div>
          ${this.mayNothing(L)?r`<div class="more">${this.o("nothing")}</div>`:r`<dl>
                ${C.map(e=>r`<dt>${this.group(e)}</dt>
                    <dd>${this.verdict(L.groups[e])}</dd>`)}
              </dl>`}
        </li>`)}
    </ul>`}verdict(C){if(!C)return r`<span class="no">${this.o("no")}</span>`;if(!C.refused)return r`${this.o("yes")}`;let H=C.allowed.map(M=>D(this.hass,M)).join(", "),L=C.next_at?f(this.hass,C.next_at):"",e=C.reason==="blocked";return H?r`${this.o("only",{commands:H})}`:r`<span class="no"
      >${e?this.o("blocked"):this.o("no")}${L?r`, ${this.o("from",{next:L})}`:i}</span
    >`}mayNothing(C){return Object.values(C.groups).every(H=>!H?.allowed.length&&!H?.next_at)}group(C){return u(this.hass,`permissions.groups.${C}`)}o(C,H){return u(this.hass,`ownership.${C}`,H)}};a([p({attribute:!1})],w1.prototype,"hass",2),a([p({type:Boolean})],w1.prototype,"narrow",2),a([p()],w1.prototype,"serial",2),a([p({attribute:!1})],w1.prototype,"told",2);n("isg-device-people",w1);var s2=class extends Z{constructor(){super(...arguments);this.serial=""}static{this.styles=m`
    :host(:empty) {
      display: contents;
    }
    ha-alert {
      display: block;
    }
  `}render(){let{problem:C,acts:H,address:L,suspension:e}=this.told;return C==="suspended_by_policy"?this.show(e?this.why(e):this.o("suspended_by_policy"),H.includes("resume")?this.button("resume",()=>this.act("lift_suspension")):i):C==="suspended"?this.show(this.o("copy_suspected"),i):C==="behind"?this.show(this.o("behind"),H.includes("accept_backup")?this.button("go_on",()=>this.ask("go_on",[this.o("go_on_text")],()=>this.command("accept_backup"))):i):C==="address_not_allowed"?this.show(L?this.o("address_seen",{address:L}):this.o("address_not_allowed"),L&&H.includes("allow_address")?this.button("allow_address",()=>this.ask("allow_address",[this.o("allow_address_text",{address:L})],()=>this.command("allow_address"))):i):i}show(C,H){return r`<ha-alert alert-type="warning">${C}${H}</ha-alert>`}button(C,H){return r`<ha-button slot="action" size="small" @click=${H}>${this.o(C)}</ha-button>`}why({since:C,until:H,lifts_on_power_up:L,detection:e}){return[this.o("suspended_since",{at:f(this.hass,C),why:_(this.hass,"detection",e)}),...H?[this.o("suspended_until",{at:f(this.hass,H)})]:[],...L?[this.o("suspended_power")]:[]].join(" ")}ask(C,H,L){S(this,"isg-device-confirm-dialog",{serial:this.serial,title:this.o(C),texts:H,yes:this.o(C),act:L})}act(C){return this.attempt(()=>this.command(C))}command(C){return A(this.hass,C,{serial:this.serial})}o(C,H){return this.t(`ownership.${C}`,H)}};a([p()],s2.prototype,"serial",2),a([p({attribute:!1})],s2.prototype,"told",2);n("isg-device-trouble",s2);var n2=class extends Z{constructor(){super(...arguments);this.serial="";this.name="";this.told=new b(this,"ownership",()=>({serial:this.serial}))}static{this.styles=[v,m`
      :host {
        display: grid;
        gap: 16px;
      }
      /* A branch hangs on the line of whoever it was given by. */
      li.branch {
        display: block;
        padding: 0;
      }
      li.branch ul {
        margin-inline-start: 28px;
        padding: 0;
        border-inline-start: 1px solid var(--divider-color);
      }
      li.branch + li.branch,
      li.branch ul > li {
        border-top: 1px solid var(--divider-color);
      }
      .holder {
        display: flex;
        align-items: center;
        gap: 8px;
        padding: 8px 16px;
        min-height: 40px;
      }
      ha-button ha-svg-icon {
        color: inherit;
      }
    `]}willUpdate(C){C.get("serial")&&this.told.restart()}render(){let C=this.told.value;if(!C)return this.told.error?r`<ha-alert alert-type="error">${this.told.error}</ha-alert>`:i;if(C.is_gone)return r`<ha-alert alert-type="warning">${this.t("device.gone")}</ha-alert>`;let{hass:H,serial:L,narrow:e,name:M}=this;return r`
      <isg-device-trouble .hass=${H} .serial=${L} .told=${C}></isg-device-trouble>
      ${this.renderAuthority(C)}
      ${C.people.length?r`<isg-device-people
            .hass=${H}
            .narrow=${e}
            .serial=${L}
            .told=${C}
          ></isg-device-people>`:i}
      <isg-device-acts .hass=${H} .serial=${L} .name=${M} .told=${C}></isg-device-acts>
    `}renderAuthority(C){let[H]=C.authority;return r`<ha-card>
      <h2>${this.o("title")}</h2>
      <p>
        ${C.has_owner?this.o(C.is_yours?"yours":"owned_by",{owner:C.owner}):this.o("ownerless")}
      </p>
      ${H?r`<ul aria-label=${this.o("tree")}>
            ${this.renderBranch(C,H)}
          </ul>`:i}
      ${C.grants.length?r`<p>
            <ha-button @click=${()=>this.appoint(C)}>
              <ha-svg-icon slot="start" .path=${Z3}></ha-svg-icon>${this.o("appoint")}
            </ha-button>
          </p>`:i}
    </ha-card>`}renderBranch(C,H){let L=C.authority.filter(o=>o.appointment!==null&&o.parent===H.appointment),e=H.user_id===this.hass.user.id,M=this.o(e?"give_up":"end",{person:H.name});return r`<li class="branch">
      <div class="holder">
        <div class="what">
          <div class="name"><bdi>${H.name}</bdi></div>
          <div class="more">${this.rights(H)}</div>
        </div>
        ${H.may_end?r`<ha-icon-button
              .path=${S3}
              .label=${M}
              @click=${()=>this.askEnd(H,M)}
            ></ha-icon-button>`:i}
      </div>
      ${L.length?r`<ul>
            ${L.map(o=>this.renderBranch(C,o))}
          </ul>`:i}
    </li>`}rights(C){return C.appointment===null?this.o("roles.first_owner"):[this.o(`roles.${C.role}`),O0(this.hass,C.commands),...C.may_appoint?[this.o("appoints")]:[]].join(" · ")}async appoint(C){await this.attempt(async()=>{let{people:H}=await A(this.hass,"people");S(this,"isg-appoint-dialog",{serial:this.serial,people:H.filter(L=>L.user_id!==this.hass.user.id),grants:C.grants})})}async askEnd(C,H){let{appointment:L}=C;await this.attempt(async()=>{let e=await A(this.hass,"revoking",{appointment:L});S(this,"isg-device-confirm-dialog",{serial:this.serial,title:H,texts:[...e.devices>1?[this.n("ownership.end_devices",e.devices)]:[],...e.people.length?[this.o("end_people",{people:e.people.join(", ")})]:[],...e.rows?[this.n("ownership.end_rows",e.rows)]:[],this.o(e.people.length||e.rows?"end_for_good":"end_alone")],yes:this.o("end_yes"),act:()=>A(this.hass,"revoke",{appointment:L})})})}o(C,H){return this.t(`ownership.${C}`,H)}};a([p()],n2.prototype,"serial",2),a([p()],n2.prototype,"name",2);n("isg-device-ownership",n2);var A2=class extends w{constructor(){super(...arguments);this.serial="";this.shown=new b(this,"waiting_commands",()=>({serial:this.serial}))}static{this.styles=[v,m`
      :host {
        display: contents; /* nothing waits: no room is taken */
      }
      h3 {
        margin: 0;
        padding: 8px 16px 0;
        font-size: var(--ha-font-size-m, 14px);
        font-weight: var(--ha-font-weight-medium, 500);
      }
    `]}willUpdate(C){C.get("serial")&&this.shown.restart()}render(){let{commands:C=[],ended:H=[]}=this.shown.value??{};return!C.length&&!H.length?i:r`<ha-card>
      <h2>${this.t("waiting.title")}</h2>
      <p>${this.t("waiting.text")}</p>
      ${C.length?r`<ul>
            ${C.map(L=>this.renderWaiting(L))}
          </ul>`:i}
      ${H.length?r`<h3>${this.t("waiting.ended")}</h3>
            <ul>
              ${H.map(L=>this.renderEnded(L))}
            </ul>`:i}
    </ha-card>`}renderWaiting(C){let{device:H,by:L}=C,e=this.command(C.command);return r`<li>
      <div class="what">
        <div class="name">${e}</div>
        <div class="more">
          ${this.t("waiting.for",{device:H,by:L,until:f(this.hass,C.until)})}
        </div>
      </div>
      ${C.is_being_delivered?r`<div class="more">${this.t("waiting.now")}</div>`:r`<ha-button
            size="small"
            appearance="plain"
            aria-label=${this.t("waiting.cancel_named",{command:e,device:H})}
            @click=${()=>this.cancel(C)}
            >${this.t("waiting.cancel")}</ha-button
          >`}
    </li>`}renderEnded(C){let H={device:C.device,command:this.command(C.command)};return r`<li>
      <div class="what">
        <div class="name">${this.t(`waiting.end_${C.end}`,H)}</div>
        <div class="more">${f(this.hass,C.at)}</div>
      </div>
    </li>`}async cancel(C){try{await A(this.hass,"cancel_queued_command",{queued:C.queued}),g(this,this.t("waiting.cancelled"))}catch(H){g(this,h(this.hass,H))}}command(C){let H=`commands.${C}`,L=this.t(H);return L===H?C.replaceAll("_"," "):L}t(C,H){return u(this.hass,C,H)}};a([p({attribute:!1})],A2.prototype,"hass",2),a([p()],A2.prototype,"serial",2);n("isg-waiting-commands",A2);var Y7={done:w3,failed:g3,refused:w5,not_executed:w5,unknown:y5,running:F3},J5=m`
  .done {
    color: var(--success-color, #43a047);
  }
  .failed,
  .refused,
  .not_executed {
    color: var(--error-color, #db4437);
  }
  .unknown,
  .running {
    color: var(--warning-color, #ffa600);
  }
`,d2=class extends w{static{this.styles=[v,J5,m`
      ol {
        list-style: none;
        margin: 0;
        padding: 8px 16px;
        display: grid;
        grid-template-columns: minmax(0, 1fr) minmax(88px, 1.2fr) minmax(0, 1fr);
        max-width: 720px;
      }
      ol li {
        display: grid;
        grid-column: 1 / -1;
        grid-template-columns: subgrid;
        gap: 0;
        padding: 0;
        min-height: 0;
        border: none;
        position: relative;
        align-items: stretch;
      }
      @media (max-width: 500px) {
        ol {
          grid-template-columns: minmax(0, 1fr) 72px minmax(0, 1fr);
        }
      }
      .end-name {
        font-weight: var(--ha-font-weight-medium, 500);
        color: var(--primary-text-color);
      }
      .cache {
        padding: 8px 8px 8px 0;
        font-family: var(--ha-font-family-code, monospace);
        font-size: var(--ha-font-size-s, 12px);
        color: var(--primary-text-color);
      }
      .cache.device {
        padding: 8px 0 8px 8px;
      }
      .pair {
        display: flex;
        flex-wrap: wrap;
        gap: 0 5px;
      }
      .pair .label {
        color: var(--secondary-text-color);
        flex: none;
      }
      .new {
        color: var(--warning-text-color, var(--primary-text-color));
        border-bottom: 2px dashed var(--warning-color, #ffa600);
      }
      .between {
        border: solid var(--divider-color);
        border-width: 0 2px;
        padding: 8px 0;
        text-align: center;
        color: var(--primary-text-color);
      }
      .arrow {
        position: relative;
        height: 12px;
        margin: 0 2px;
        direction: ltr;
      }
      .arrow::before {
        content: "";
        position: absolute;
        inset: 5px 0 auto;
        border-top: 2px solid var(--primary-color);
      }
      .arrow::after {
        content: "";
        position: absolute;
        top: 0;
        right: 0;
        border: 6px solid transparent;
        border-inline-start-color: var(--primary-color);
        border-inline-end-width: 0;
      }
      .arrow.back::after {
        right: auto;
        left: 0;
        border-width: 6px 6px 6px 0;
        border-inline-start-color: transparent;
        border-inline-end-color: var(--primary-color);
      }
      .end {
        display: flex;
        align-items: center;
        flex-wrap: wrap;
        gap: 4px 8px;
        padding: 0 16px 16px;
        color: var(--primary-text-color);
      }
    `]}render(){let{session:V}=this,C=V.end??"running";return r`
      <ol role="list" aria-label=${this.t("steps")}>
        <li>
          ${this.renderCache("gateway",V.gateway,!0)}
          <div class="between"><div class="more">${this.t("before")}</div></div>
          ${this.renderCache("device",V.device,!0)}
        </li>
        ${V.steps.map((H,L)=>this.renderStep(H,V.steps[L-1]))}
      </ol>
      <div class="end" role="status">
        <ha-svg-icon class=${C} .path=${C3(C)}></ha-svg-icon>
        <span>
          ${this.t(`ends.${C}`)}${V.reason?` (${this.why(V.reason)})`:i}
        </span>
        ${V.total_ms===null?i:r`<span class="more">${this.t("after",{time:p2(this.hass,V.total_ms)})}</span>`}
      </div>
    `}renderStep(V,C){let H=V.is_from_device?"from_device":"from_gateway";return r`<li>
      ${this.renderCache("gateway",V.gateway)}
      <div class="between">
        <div>${V.name.toUpperCase()}<span class="hidden">, ${this.t(H)}</span></div>
        <div class="arrow ${V.is_from_device?"back":""}"></div>
        <div class="more">
          ${C?`+ ${p2(this.hass,V.at_ms-C.at_ms)}`:p2(this.hass,V.at_ms)}
        </div>
      </div>
      ${this.renderCache("device",V.device)}
    </li>`}renderCache(V,C,H=!1){return r`<div class="cache ${V}">
      <div class=${H?"end-name":"hidden"}>${this.t(V)}</div>
      ${C?r`${C.gsid?this.renderPair("GSID",C.gsid,C.new_gsid):i}
          ${this.renderPair("DSID",C.dsid,C.new_dsid)}`:r`<div class="more">${this.t("not_proven")}</div>`}
    </div>`}renderPair(V,C,H){return r`<div class="pair">
      <span class="label">${V}</span>
      ${H?r`<span class="new"
            ><span class="hidden">${this.t("provisional")} </span>(${H})</span
          >`:i}
      <span>${C}</span>
    </div>`}why(V){let C=`trace.reasons.${V}`,H=u(this.hass,C);return H===C?this.t("reasons.other"):H}t(V,C){return u(this.hass,`trace.${V}`,C)}};a([p({attribute:!1})],d2.prototype,"hass",2),a([p({attribute:!1})],d2.prototype,"session",2);function C3(t){return Y7[t]??y5}function p2(t,V){if(V===null)return"–";let C=V>=1e3,H=C?V/1e3:V;return`${H.toLocaleString(t.language,{maximumFractionDigits:H<10?1:0})} ${C?"s":"ms"}`}n("isg-session-picture",d2);var J7=new Set(["describe","read","settings"]),H3=10,r5=40,W1=class extends w{constructor(){super(...arguments);this.serial="";this.trace=new b(this,"session_trace",()=>({serial:this.serial}))}static{this.styles=[v,J5,m`
      :host {
        display: block;
      }
      h3 {
        margin: 0;
        padding: 8px 16px 0;
        font-size: var(--ha-font-size-l, 16px);
        font-weight: var(--ha-font-weight-medium, 500);
        color: var(--primary-text-color);
        overflow-wrap: anywhere;
      }
      .scroll {
        overflow: auto;
        position: relative; /* words that are only heard stay inside */
        max-height: 400px;
        margin: 0 16px 16px;
      }
      table {
        border-collapse: collapse;
        min-width: 100%;
      }
      caption {
        text-align: start;
        padding: 8px 0;
        color: var(--secondary-text-color);
      }
      th,
      td {
        text-align: start;
        padding: 4px 8px 4px 0;
        border-top: 1px solid var(--divider-color);
      }
      th {
        font-weight: var(--ha-font-weight-medium, 500);
      }
      .figure {
        text-align: end;
        white-space: nowrap;
      }
      th:last-child,
      td:last-child {
        padding-inline-end: 0;
      }
      button {
        font: inherit;
        color: var(--primary-text-color);
        background: none;
        border: none;
        padding: 8px 0;
        cursor: pointer;
        text-decoration: underline;
        text-align: start;
      }
      button[aria-pressed="true"] {
        font-weight: var(--ha-font-weight-bold, 700);
        text-decoration: none;
      }
      .when {
        white-space: nowrap;
      }
      td ha-svg-icon {
        vertical-align: middle;
        margin-inline-end: 4px;
        --mdc-icon-size: 18px;
      }
      .bars {
        display: block;
        width: calc(100% - 32px);
        max-width: 720px;
        height: ${r5}px;
        margin: 0 16px;
        border-bottom: 1px solid var(--divider-color);
      }
      .bars rect {
        fill: var(--primary-color);
      }
      ha-alert {
        display: block;
        margin: 0 16px 8px;
      }
    `]}willUpdate(C){C.has("serial")&&C.get("serial")&&(this.chosen=void 0,this.trace.restart())}render(){let C=this.trace.value;if(!C)return this.trace.error?r`<ha-alert alert-type="error">${this.trace.error}</ha-alert>`:i;let{sessions:H}=C,L=H.find(M=>!J7.has(M.command))??H[0],e=H.find(M=>M.key===this.chosen)??L;return r`<ha-card>
      <h2>${this.t("title")}</h2>
      <p>${this.t("text")}</p>
      ${e?r`<h3>${this.heading(e)}</h3>
            <isg-session-picture .hass=${this.hass} .session=${e}></isg-session-picture>`:r`<p>${this.t("none")}</p>`}
      ${e?this.renderList(H,e,L):i} ${this.renderTimes(C)}
    </ha-card>`}renderList(C,H,L){return r`<div class="scroll" tabindex="0" role="group" aria-label=${this.t("list")}>
      <table>
        <caption>
          ${this.t("list")}
        </caption>
        <thead>
          <tr>
            <th scope="col">${this.t("when")}</th>
            <th scope="col">${this.t("command")}</th>
            <th scope="col" class="figure">${this.t("handshake")}</th>
            <th scope="col" class="figure">${this.t("total")}</th>
          </tr>
        </thead>
        <tbody>
          ${C.map(e=>{let M=e.end??"running";return r`<tr>
              <td class="when">
                <ha-svg-icon class=${M} .path=${C3(M)}></ha-svg-icon>
                <span class="hidden">${this.t(`ends.${M}`)}</span>
                <button
                  aria-pressed=${e===H?"true":"false"}
                  @click=${()=>this.chosen=e===L?void 0:e.key}
                >
                  ${this.clock(e)}
                </button>
              </td>
              <td>${this.command(e)}</td>
              <td class="figure">${this.ms(e.handshake_ms)}</td>
              <td class="figure">${this.ms(e.total_ms)}</td>
            </tr>`})}
        </tbody>
      </table>
    </div>`}renderTimes(C){let{times:H}=C,L={step:this.ms(C.step_limit_ms),pending:this.ms(C.pending_limit_ms)};return r`
      <h3>${this.t("times")}</h3>
      ${H?r`<p>
              ${this.t("spread",{count:H.totals_ms.length,half:this.ms(H.handshake.half_ms),most:this.ms(H.handshake.most_ms),total_half:this.ms(H.total.half_ms),total_most:this.ms(H.total.most_ms)})}
            </p>
            ${H.is_slow?r`<ha-alert alert-type="warning"
                  >${this.t("slow",{limit:this.ms(C.slow_ms)})}</ha-alert
                >`:i}
            ${C4(H.totals_ms)}`:i}
      <p>${this.t("limits",L)}</p>
    `}heading(C){let H={command:this.command(C),at:this.clock(C)},{number:L}=C;return L===null?this.t("session",H):this.t("session_of",{...H,number:L})}command(C){let H=`trace.commands.${C.command}`,L=u(this.hass,H);return L===H?D(this.hass,C.command):L}clock(C){return new Date(C.at).toLocaleTimeString(this.hass.language,{timeZone:this.hass.config.time_zone})}ms(C){return p2(this.hass,C)}t(C,H){return u(this.hass,`trace.${C}`,H)}};a([p({attribute:!1})],W1.prototype,"hass",2),a([p()],W1.prototype,"serial",2),a([d()],W1.prototype,"chosen",2);function C4(t){let V=Math.max(...t);return r`<svg
    class="bars"
    aria-hidden="true"
    viewBox="0 0 ${t.length*H3} ${r5}"
    preserveAspectRatio="none"
  >
    ${t.map((C,H)=>{let L=Math.max(1,C/V*r5);return X`<rect
        x=${H*H3}
        y=${r5-L}
        width=${H3-2}
        height=${L}
      ></rect>`})}
  </svg>`}n("isg-session-trace",W1);var H4="confirmation_needed",I1=class extends Z{constructor(){super(...arguments);this.error=""}static{this.styles=[v,a1,m`
      th,
      td {
        padding: 8px 16px 8px 0;
        vertical-align: top;
        overflow-wrap: anywhere;
      }
      td.left-out {
        color: var(--secondary-text-color);
      }
      .head {
        display: flex;
        align-items: center;
        gap: 8px;
      }
      .head h1 {
        margin: 0;
        font-size: var(--ha-font-size-2xl, 24px);
        font-weight: var(--ha-font-weight-normal, 400);
        overflow-wrap: anywhere;
      }
    `]}willUpdate(C){let H=C.get("device");C.has("device")&&(H?.serial!==this.device.serial||H.is_connected!==this.device.is_connected)&&this.load()}render(){let{device:C}=this;return r`
      <div class="content">
        <div class="head">
          <ha-icon-button
            .path=${f2}
            .label=${this.hass.localize("ui.common.back")}
            @click=${()=>F(`${$}/overview`)}
          ></ha-icon-button>
          <h1>${C.name}</h1>
        </div>
        ${this.error?r`<ha-alert alert-type="error">${this.error}</ha-alert>`:i}
        <isg-device-ownership .hass=${this.hass} .narrow=${this.narrow} .serial=${C.serial} .name=${C.name}></isg-device-ownership>
        ${this.shown?.may_change?r`<isg-session-trace .hass=${this.hass} .serial=${C.serial}></isg-session-trace>`:i}
        <isg-waiting-commands .hass=${this.hass} .serial=${C.serial}></isg-waiting-commands>
        ${this.shown?this.renderSettings(this.shown):i}
        ${this.shown?r`<isg-device-monitoring
              .hass=${this.hass}
              .serial=${C.serial}
            ></isg-device-monitoring>`:i}
        ${!this.shown&&!this.error?r`<ha-spinner aria-label=${this.t("loading")}></ha-spinner>`:i}
      </div>
    `}renderSettings(C){return r`
      <ha-card>
        <h2>${this.t("device.deployments")}</h2>
        <p>${this.t("device.deployments_text")}</p>
        ${C.pending?this.renderPending(C.pending.name):i}
        <div class="scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">${this.t("device.setting")}</th>
                <th scope="col">${this.t("device.now")}</th>
                ${C.deployments.map(H=>this.renderHead(C,H))}
              </tr>
            </thead>
            <tbody>
              ${C.settings.map(H=>r`<tr>
                  <th scope="row">
                    ${H.name}
                    ${H.risky?r`<div class="more">${this.t("device.risky")}</div>`:i}
                  </th>
                  <td>${this.text(H,H.value)}</td>
                  ${C.deployments.map(L=>{let e=L.values[H.key];return e===void 0?r`<td class="left-out">${this.t("device.left_out")}</td>`:r`<td>${this.text(H,e)}</td>`})}
                </tr>`)}
            </tbody>
          </table>
        </div>
        ${C.may_change?r`<p>
              <ha-button @click=${()=>this.edit(C)}>${this.t("device.add")}</ha-button>
            </p>`:i}
      </ha-card>
      <ha-card>
        <h2>${this.t("device.factory")}</h2>
        <p>${this.t("device.factory_text")}</p>
        <div class="scroll">
          <table>
            <tbody>
              ${Object.entries(C.factory).map(([H,L])=>r`<tr>
                  <th scope="row">${H}</th>
                  <td>${String(L)}</td>
                </tr>`)}
            </tbody>
          </table>
        </div>
      </ha-card>
    `}renderHead(C,H){let L=C.in_force===H.name;return r`<th scope="col">
      <div>${H.name}</div>
      ${L?r`<div class="more">${this.t("device.in_force")}</div>`:i}
      ${C.may_change?r`<div class="acts">
            ${L?i:r`<ha-button
                  size="small"
                  appearance="filled"
                  @click=${()=>this.activate(H.name)}
                  >${this.t("device.activate")}</ha-button
                >`}
            <ha-icon-button
              .path=${i1}
              .label=${this.t("device.edit",{name:H.name})}
              @click=${()=>this.edit(C,H)}
            ></ha-icon-button>
            <ha-icon-button
              .path=${z}
              .label=${this.t("device.delete",{name:H.name})}
              @click=${()=>this.ask(C,H.name)}
            ></ha-icon-button>
          </div>`:i}
    </th>`}renderPending(C){return r`<ha-alert alert-type="info">
      ${this.t("device.pending",{name:C})}
      <ha-button
        slot="action"
        size="small"
        @click=${()=>this.act(()=>A(this.hass,"cancel_deployment",this.one()))}
        >${this.t("device.cancel")}</ha-button
      >
    </ha-alert>`}text(C,H){return typeof H=="boolean"?this.t(H?"device.on":"device.off"):C.unit?`${H} ${C.unit}`:String(H)||"–"}one(){return{serial:this.device.serial}}async load(){try{this.shown=await A(this.hass,"deployments",this.one()),this.error=""}catch(C){this.error=h(this.hass,C)}}async act(C){await this.attempt(C),await this.load()}edit(C,H){S(this,"isg-deployment-dialog",{serial:this.device.serial,settings:C.settings,revision:C.revision,deployment:H,saved:()=>this.load()})}ask(C,H){S(this,"isg-confirm-dialog",{title:this.t("device.delete",{name:H}),text:this.t("device.delete_text"),yes:this.hass.localize("ui.common.delete"),act:async()=>{await A(this.hass,"delete_deployment",{...this.one(),name:H,revision:C.revision}),await this.load()}})}async activate(C,H=!1){try{let{applied:L}=await A(this.hass,"activate_deployment",{...this.one(),name:C,confirm:H});g(this,this.t(L?"device.applied":"device.waits",{name:C}))}catch(L){L.code!==H4||H?g(this,h(this.hass,L)):S(this,"isg-confirm-dialog",{title:this.t("device.risky_title",{name:C}),text:h(this.hass,L),yes:this.t("device.try"),act:()=>this.activate(C,!0)})}await this.load()}};a([p({attribute:!1})],I1.prototype,"device",2),a([d()],I1.prototype,"shown",2),a([d()],I1.prototype,"error",2);n("isg-device",I1);var V3=class extends Z{constructor(){super(...arguments);this.overview=new b(this,"overview")}static{this.styles=[v,m`
      .chip {
        display: inline-flex;
        align-items: center;
        gap: 4px;
        padding: 2px 10px 2px 6px;
        border: 1px solid var(--divider-color);
        border-radius: 16px;
        color: var(--primary-text-color);
        font-size: var(--ha-font-size-s, 12px);
        --mdc-icon-size: 18px;
      }
      .very_low ha-svg-icon {
        color: var(--success-color, #43a047);
      }
      .medium {
        border-color: var(--warning-color, #ffa600);
      }
      .medium ha-svg-icon {
        color: var(--warning-color, #ffa600);
      }
      .high {
        border-color: var(--error-color, #db4437);
      }
      .high ha-svg-icon {
        color: var(--error-color, #db4437);
      }
    `]}render(){let C=this.overview.value;if(!C)return this.waiting(this.overview);if(this.detail){let H=C.devices.find(L=>L.serial===this.detail);return H?r`<isg-device .hass=${this.hass} .narrow=${this.narrow} .device=${H}></isg-device>`:r`<div class="content">
            <ha-alert alert-type="warning">${this.t("device.gone")}</ha-alert>
          </div>`}return r`
      <div class="content">
        ${this.renderAttention(C)} ${this.renderDiscovered(C)}
        ${this.renderDevices(C.devices)}
      </div>
    `}renderAttention(C){let{attention:H,handovers:L,refused_automations:e=[]}=C,{offers:M,takeovers:o}=L,s=new Set(o.map(l=>l.serial)),c=L.orphans.filter(l=>!s.has(l.serial));return[H,M,o,c,e].some(l=>l.length)?r`<ha-card>
      <h2>${this.t("overview.attention")}</h2>
      <ul>
        ${H.map(l=>r`<li>
            <div class="what">
              <div class="name">${l.name}</div>
              <div class="more">${this.t(`problems.${l.kind}`)}</div>
            </div>
          </li>`)}
        ${e.map(l=>this.renderRefused(l,C.devices))}
        ${M.map(l=>this.renderOffer(l))}
        ${o.map(l=>this.renderTakeover(l))}
        ${c.map(l=>r`<li>
            <div class="what">
              <div class="name">${l.name}</div>
              <div class="more">${this.t("overview.orphan")}</div>
            </div>
            ${this.act("overview.take_over","ask_takeover",l.serial)}
          </li>`)}
      </ul>
    </ha-card>`:i}renderRefused(C,H){let L=H.find(M=>M.serial===C.serial),e=this.t("overview.automation_refused",{automation:S0(this.hass,C.automation),command:D(this.hass,C.command)});return r`<li>
      <div class="what">
        <div class="name">${L?.name??C.serial}</div>
        <div class="more">${e}</div>
      </div>
      <ha-button
        size="small"
        @click=${()=>this.attempt(()=>g0(this,C))}
        >${this.t("overview.allow_automation")}</ha-button
      >
    </li>`}renderOffer(C){let H=f(this.hass,C.at),L=C.is_to_you?this.t("overview.offered_to_you",{person:C.from,until:H}):this.t("overview.offered_by_you",{person:C.to,until:H});return r`<li>
      <div class="what">
        <div class="name">${C.name}</div>
        <div class="more">${L}</div>
      </div>
      <div class="acts">
        ${C.is_to_you?r`${this.act("overview.accept","accept_transfer",C.serial)}
            ${this.act("overview.decline","end_transfer",C.serial)}`:this.act("overview.withdraw","end_transfer",C.serial)}
      </div>
    </li>`}renderTakeover(C){let H=f(this.hass,C.at),L=new Date(C.at)<=new Date,e=C.is_to_you?this.t("overview.asked_by_you",{person:C.from,at:H}):this.t("overview.asked_of_you",{person:C.to,at:H});return r`<li>
      <div class="what">
        <div class="name">${C.name}</div>
        <div class="more">${e}</div>
      </div>
      <div class="acts">
        ${C.is_to_you&&L?this.act("overview.take_over","take_over",C.serial):i}
        ${this.act(C.is_to_you?"overview.ask_no_longer":"overview.object","object_takeover",C.serial)}
      </div>
    </li>`}renderDiscovered(C){let{discovered:H,asks_starter:L}=C;return r`<ha-card>
      <h2>${this.t("overview.discovered")}</h2>
      ${H.length?r`<ul>
            ${H.map(e=>r`<li>
                <div class="what">
                  <div class="name">${e.model||this.t("overview.unnamed")} (${e.serial})</div>
                  <div class="more">${e.host}</div>
                </div>
                <div class="acts">
                  ${e.is_bound?this.act("overview.restore","restore",e.serial):r`<ha-button
                        size="small"
                        @click=${()=>this.claim({device:e,asksStarter:L})}
                        >${this.t("overview.claim")}</ha-button
                      >`}
                </div>
              </li>`)}
          </ul>`:r`<p>${this.t("overview.none_discovered")}</p>`}
      <p>
        <ha-button appearance="plain" @click=${()=>this.claim({asksStarter:L})}>
          ${this.t("overview.claim_other")}
        </ha-button>
      </p>
    </ha-card>`}renderDevices(C){return r`<ha-card>
      <h2>${this.t("overview.devices")}</h2>
      ${C.length?r`<ul>
            ${C.map(H=>this.renderDevice(H))}
          </ul>`:r`<p>${this.t("overview.none")}</p>`}
    </ha-card>`}renderDevice(C){let H=C.is_yours?this.t("access.yours"):this.t("access.owned_by",{owner:C.owner}),L=[C.area,C.model,H].filter(Boolean).join(" · "),e=C.last_command_ms;return r`<li>
      <div class="what">
        <a
          class="name"
          href="${$}/overview/${encodeURIComponent(C.serial)}"
          @click=${M=>this.open(M,C.serial)}
          >${C.name}</a
        >
        <div class="more">${L}</div>
      </div>
      <div class="more">
        ${C.last_session_at?r`${this.t("overview.last_session",{at:f(this.hass,C.last_session_at)})}<br />`:i}
        ${e===null?i:this.t("overview.latency",{ms:e.toLocaleString(this.hass.language,{maximumFractionDigits:e<10?1:0})})}
      </div>
      ${C.level?this.renderLevel(C.level):i}
      <div class="name">
        ${C.is_connected&&!C.problem?this.t("overview.connected"):this.t(`problems.${C.problem??"connecting"}`)}
      </div>
    </li>`}renderLevel(C){return r`<div class="chip ${C}">
      <ha-svg-icon .path=${C==="very_low"?I3:_1}></ha-svg-icon>
      ${this.t("overview.level",{level:_(this.hass,"level",C)})}
    </div>`}open(C,H){C.ctrlKey||C.metaKey||C.shiftKey||(C.preventDefault(),F(`${$}/overview/${encodeURIComponent(H)}`))}act(C,H,L){return r`<ha-button
      size="small"
      @click=${()=>this.attempt(()=>A(this.hass,H,{serial:L}))}
      >${this.t(C)}</ha-button
    >`}claim(C){S(this,"isg-claim-dialog",C)}};n("isg-overview",V3);var V4=200,L4=["press","turn_on","turn_off","open","close","unlock","lock","read"],t5=class extends y{constructor(){super(...arguments);this.fields={}}heading(){return this.t("access.ask")}body(){return r`<p>${this.t("access.ask_text")}</p>
      <ha-form
        .hass=${this.hass}
        .data=${this.fields}
        .schema=${this.schema()}
        .disabled=${this.isBusy}
        .computeLabel=${C=>this.t(`access.ask_${C.name}`)}
        .computeHelper=${C=>this.helper(C.name)}
        @value-changed=${this.changed}
      ></ha-form>`}buttons(){return r`${this.cancelButton()}
      <ha-button
        slot="primaryAction"
        .disabled=${!this.fields.serial||!this.fields.command}
        .loading=${this.isBusy}
        @click=${()=>this.submit(()=>this.ask())}
        >${this.t("access.ask_yes")}</ha-button
      >`}helper(C){return C==="why"?this.t("access.ask_why_helper"):C!=="serial"?"":this.t(this.params?.devices.length?"access.ask_serial_helper":"access.ask_serial_label")}changed(C){C.stopPropagation();let{command:H,...L}=C.detail.value;this.fields=L,H&&this.commands().includes(H)&&(this.fields={...L,command:H})}commands(){return this.params?.devices.find(H=>H.serial===this.fields.serial)?.commands??L4}schema(){let C=(this.params?.devices??[]).map(L=>({value:L.serial,label:L.name})),H=this.commands().map(L=>({value:L,label:D(this.hass,L)}));return[{name:"serial",required:!0,selector:C.length?{select:{mode:"dropdown",custom_value:!0,options:C}}:{text:{}}},{name:"command",required:!0,selector:{select:{mode:"dropdown",options:H}}},{name:"why",selector:{text:{multiline:!0}}}]}async ask(){let{serial:C="",command:H,why:L=""}=this.fields,{is_new:e}=await A(this.hass,"ask_for_access",{serial:C.trim(),command:H,why:L.slice(0,V4)});g(this,this.t(e?"access.asked":"access.asked_already"))}};a([d()],t5.prototype,"fields",2);n("isg-ask-dialog",t5);var e4=10,L3=class extends Z{constructor(){super(...arguments);this.questions=new b(this,"access")}static{this.styles=[v,m`
      ha-button ha-svg-icon {
        color: inherit;
      }
    `]}render(){let C=[...this.questions.value?.own??[]].reverse().slice(0,e4);return r`<ha-card>
      <h2>${this.t("access.ask")}</h2>
      <p>${this.t("access.ask_intro")}</p>
      ${C.length?r`<ul aria-label=${this.t("permissions.own_requests")}>
            ${C.map(H=>this.renderOne(H))}
          </ul>`:i}
      <p>
        <ha-button @click=${this.ask}>
          <ha-svg-icon slot="start" .path=${T3}></ha-svg-icon>${this.t("access.ask")}
        </ha-button>
      </p>
    </ha-card>`}renderOne(C){let H=f(this.hass,new Date(C.until*1e3).toISOString()),L=f(this.hass,new Date(C.asked_at*1e3).toISOString());return r`<li>
      <div class="what">
        <div class="name">${D(this.hass,C.command)} · <bdi>${C.device}</bdi></div>
        <div class="more">
          ${C.answer?this.t("access.asked_at",{at:L}):this.t("access.waits_until",{at:H})}${C.why?r` · <q>${C.why}</q>`:i}
        </div>
      </div>
      <span>${this.t(`permissions.states.${C.answer||"open"}`)}</span>
      ${C.answer?i:r`<ha-button
            size="small"
            appearance="plain"
            @click=${()=>this.attempt(()=>A(this.hass,"withdraw_access",{question:C.question}))}
            >${this.t("permissions.withdraw")}</ha-button
          >`}
    </li>`}async ask(){await this.attempt(async()=>{let{devices:C}=await A(this.hass,"access_choices");S(this,"isg-ask-dialog",{devices:C})})}};n("isg-own-questions",L3);var e3=class extends Z{constructor(){super(...arguments);this.access=new b(this,"my_access")}static{this.styles=v}render(){let C=this.access.value;return C?r`
      <div class="content">
        ${C.devices.length?i:r`<ha-card><p>${this.t("access.nothing")}</p></ha-card>`}
        ${C.devices.map(H=>r`<ha-card>
            <isg-device-access .hass=${this.hass} .device=${H}></isg-device-access>
          </ha-card>`)}
        ${C.left_out?r`<ha-alert>${this.n("access.left_out",C.left_out)}</ha-alert>`:i}
        <isg-waiting-commands .hass=${this.hass}></isg-waiting-commands>
        <isg-own-questions .hass=${this.hass}></isg-own-questions>
        <ha-card>
          <h2>${this.t("access.claim_title")}</h2>
          <p>${this.t("access.claim_text")}</p>
          <p>
            <ha-button @click=${()=>S(this,"isg-claim-dialog",{})}>
              ${this.t("access.claim")}
            </ha-button>
          </p>
        </ha-card>
      </div>
    `:this.waiting(this.access)}};n("isg-my-access",e3);var M5=m`
  .difference {
    padding: 4px 0;
    overflow-wrap: anywhere;
  }
  .difference del {
    color: var(--secondary-text-color);
  }
  .difference ins {
    text-decoration: none;
  }
`;function i5(t,V,C){let H=t.before?t.after?"changed":"removed":"added",L=t.kind==="rows"?`${C("kinds.rows")} ${t.id}`:C(`kinds.${t.kind}`),e=M=>t.kind==="rows"?r4(M,V,C):`${M.name}: ${V.members(t.kind,M).join(", ")}`;return r`<div class="difference">
    <div>${C(`diff.${H}`)}: ${L}</div>
    ${t.before?r`<div class="more"><del aria-label=${C("diff.before")}>${e(t.before)}</del></div>`:i}
    ${t.after?r`<div class="more"><ins aria-label=${C("diff.after")}>${e(t.after)}</ins></div>`:i}
  </div>`}function r4(t,V,C){let H=[...V.more(t),...t.note?[t.note]:[]];return[V.line(t),...H,...t.is_on?[]:[C("is_off")]].join(" · ")}var A1=class extends Z{constructor(){super(...arguments);this.content="";this.error="";this.isBusy=!1}static{this.styles=[v,M5,m`
      :host {
        display: grid;
        gap: 16px;
      }
      .inside {
        padding: 0 16px 16px;
        display: grid;
        gap: 16px;
      }
      input {
        max-width: 100%;
        color: var(--secondary-text-color);
        font: inherit;
      }
      input::file-selector-button {
        margin-inline-end: 16px;
        padding: 8px 16px;
        border: 1px solid var(--divider-color);
        border-radius: 20px;
        background: none;
        color: var(--primary-color);
        font: inherit;
        font-weight: var(--ha-font-weight-medium, 500);
        cursor: pointer;
      }
    `]}render(){return r`
      <ha-card>
        <h2>${this.p("export")}</h2>
        <p>${this.p("export_text")}</p>
        <div class="inside">
          <div class="acts">
            ${["json","csv"].map(C=>r`<ha-button appearance="filled" @click=${()=>this.out(C)}
                >${this.p(`export_${C}`)}</ha-button
              >`)}
          </div>
        </div>
      </ha-card>
      <ha-card>
        <h2>${this.p("import")}</h2>
        <p>${this.p("import_text")}</p>
        <div class="inside">
          <input
            type="file"
            accept=".json,.csv,application/json,text/csv"
            aria-label=${this.p("choose_file")}
            @change=${this.read}
          />
          <ha-form
            .hass=${this.hass}
            .data=${{content:this.content}}
            .schema=${[{name:"content",selector:{text:{multiline:!0}}}]}
            .computeLabel=${C=>this.p(`fields.${C.name}`)}
            @value-changed=${C=>this.take(C.detail.value.content??"")}
          ></ha-form>
          <div class="acts">
            <ha-button .disabled=${!this.content||this.isBusy} @click=${this.look}
              >${this.p("preview")}</ha-button
            >
          </div>
          <div role="status">
            ${this.error?r`<ha-alert alert-type="error">${this.error}</ha-alert>`:i}
            ${this.preview?this.renderPreview(this.preview):i}
          </div>
        </div>
      </ha-card>
    `}renderPreview({differences:C,count:H}){if(!H)return r`${this.p("no_difference")}`;let L=new T(this.hass,this.shown);return r`
      <div class="name">${this.n("permissions.differences",H)}</div>
      ${C.map(e=>i5(e,L,M=>this.p(M)))}
      <ha-button .loading=${this.isBusy} @click=${this.apply}>${this.p("apply")}</ha-button>
    `}get format(){return/^\s*[[{]/.test(this.content)?"json":"csv"}async out(C){await this.attempt(async()=>{let{content:H}=await A(this.hass,"export_permissions",{format:C}),L=C==="json"?"application/json":"text/csv",e=document.createElement("a");e.href=URL.createObjectURL(new Blob([H],{type:L})),e.download=`permissions.${C}`,e.click(),URL.revokeObjectURL(e.href)})}async read(C){let[H]=C.target.files??[];H&&this.take(await H.text())}take(C){this.content=C,this.preview=void 0,this.error=""}async look(){let{format:C,content:H}=this;await this.judged(async()=>{this.preview=await A(this.hass,"preview_permissions",{format:C,content:H})})}async apply(){let{format:C,content:H,preview:L}=this;await this.judged(async()=>{let e=L?.version;await A(this.hass,"import_permissions",{format:C,content:H,version:e}),this.take(""),g(this,this.p("imported"))})}async judged(C){this.isBusy=!0,this.error="";try{await C()}catch(H){this.preview=void 0,this.error=h(this.hass,H)}finally{this.isBusy=!1}}p(C,H){return this.t(`permissions.${C}`,H)}};a([p({attribute:!1})],A1.prototype,"shown",2),a([d()],A1.prototype,"content",2),a([d()],A1.prototype,"preview",2),a([d()],A1.prototype,"error",2),a([d()],A1.prototype,"isBusy",2);n("isg-permission-exchange",A1);var m2=class extends y{constructor(){super(...arguments);this.hours=[]}willUpdate(){if(this.params&&!this.fields){let{id:C,made_by:H,hours:L,...e}=this.params.one?.reference??{id:"",made_by:""};this.fields=e,this.hours=L??(this.params.kind==="shifts"?[{}]:[])}}heading(){let C=this.params?.one?.reference.name;return C?this.p("edit_named",{name:C}):this.p("add_of",{kind:this.p(`kinds.${this.params?.kind}`)})}body(){let{params:C}=this;if(!C)return r``;let H=L=>this.p(`fields.${L}`);return r`
      <ha-form
        .hass=${this.hass}
        .data=${this.fields}
        .schema=${[{name:"name",required:!0,selector:{text:{}}},...this.schema(C)]}
        .disabled=${this.isBusy}
        .computeLabel=${L=>H(L.name)}
        @value-changed=${L=>this.fields=L.detail.value}
      ></ha-form>
      ${C.kind==="shifts"?r`<isg-list-editor
            .hass=${this.hass}
            .items=${this.hours}
            .schema=${q2}
            .label=${H}
            .addLabel=${this.p("add_hours")}
            .removeLabel=${this.hass.localize("ui.common.remove")}
            .disabled=${this.isBusy}
            @items-changed=${L=>this.hours=L.detail.items}
          ></isg-list-editor>`:i}
    `}buttons(){return r`${this.cancelButton()}
      <ha-button
        slot="primaryAction"
        .disabled=${!this.fields?.name}
        .loading=${this.isBusy}
        @click=${this.save}
        >${this.hass.localize("ui.common.save")}</ha-button
      >`}schema({kind:C,shown:H,one:L}){let e=new T(this.hass,H),{fields:M={}}=this,o=f1(H,C).filter(({value:x})=>x!==L?.reference.id),s=E("groups",o,M.groups,x=>e.reference(C,x)),c=o.length?[s]:[];switch(C){case"user_groups":return[E("users",F1(H),M.users,x=>e.user(x)),r1("persons","person"),...c];case"device_groups":return[E("serials",Y(H),M.serials,x=>e.device(x)),...c];case"command_groups":return[E("groups",E1(x=>this.p(x)),[],String,{mode:"list"}),E("names",o1(H,e),M.names,x=>e.command(x),{custom_value:!0})];case"shifts":return[E("weekdays",j2(e),[],String,{mode:"list"})]}}async save(){let{kind:C,one:H}=this.params,L=Object.entries({...this.fields,hours:this.hours}).filter(([,e])=>!Array.isArray(e)||e.length);await this.submit(()=>A(this.hass,"put_reference",{kind:C,reference:Object.fromEntries(L),...H?{reference_id:H.reference.id,version:H.version}:{}}))}p(C,H){return this.t(`permissions.${C}`,H)}};a([d()],m2.prototype,"fields",2),a([d()],m2.prototype,"hours",2);n("isg-reference-dialog",m2);var a5=class extends Z{static{this.styles=[v,m`
      :host {
        display: grid;
        gap: 16px;
      }
      ha-button ha-svg-icon {
        color: inherit;
      }
    `]}render(){return r`${d0.map(V=>r`<ha-card>
        <h2>${this.p(`kinds.${V}`)}</h2>
        ${this.shown.references[V].length?r`<ul>
              ${this.shown.references[V].map(C=>this.renderOne(V,C))}
            </ul>`:r`<p>${this.p("none")}</p>`}
        ${this.shown.grants.length?r`<p>
              <ha-button
                appearance="plain"
                aria-label=${this.p("add_of",{kind:this.p(`kinds.${V}`)})}
                @click=${()=>this.edit(V)}
              >
                <ha-svg-icon slot="start" .path=${$1}></ha-svg-icon>${this.p("add_named")}
              </ha-button>
            </p>`:i}
      </ha-card>`)}`}renderOne(V,C){let{reference:H}=C,{name:L}=H;return r`<li>
      <div class="what">
        <div class="name"><bdi>${L}</bdi></div>
        <div class="more">${this.members(V,H)}</div>
        <div class="more">${this.p("made_by",{person:C.made_by_name})}</div>
      </div>
      ${C.may_change?r`<div class="acts">
            <ha-icon-button
              .path=${i1}
              .label=${this.p("edit_named",{name:L})}
              @click=${()=>this.edit(V,C)}
            ></ha-icon-button>
            <ha-icon-button
              .path=${z}
              .label=${this.p("remove_named",{name:L})}
              @click=${()=>this.ask(V,C)}
            ></ha-icon-button>
          </div>`:i}
    </li>`}members(V,C){return new T(this.hass,this.shown).members(V,C).join(", ")}edit(V,C){S(this,"isg-reference-dialog",{shown:this.shown,kind:V,one:C})}ask(V,{reference:C,version:H}){S(this,"isg-confirm-dialog",{title:this.p("remove_named",{name:C.name}),text:this.p("remove_named_text"),yes:this.hass.localize("ui.common.remove"),act:()=>A(this.hass,"remove_reference",{kind:V,reference_id:C.id,version:H})})}p(V,C){return this.t(`permissions.${V}`,C)}};a([p({attribute:!1})],a5.prototype,"shown",2);n("isg-permission-groups",a5);var U1=class extends Z{constructor(){super(...arguments);this.error=""}static{this.styles=[v,M5]}willUpdate(C){C.has("shown")&&this.load()}render(){let{changes:C}=this;return this.error?r`<ha-alert alert-type="error">${this.error}</ha-alert>`:C?r`<ha-card>
      <h2>${this.p("sections.history")}</h2>
      <p>${this.p(C.length?"history_text":"history_none")}</p>
      <ul>
        ${C.map(H=>this.renderChange(H))}
      </ul>
    </ha-card>`:r`<ha-spinner aria-label=${this.t("loading")}></ha-spinner>`}renderChange(C){let H=new T(this.hass,this.shown),L=f(this.hass,C.at);return r`<li>
      <div class="what">
        <div class="name">${L} · <bdi>${C.by?C.by_name:this.p("the_gateway")}</bdi></div>
        ${C.differences.map(e=>i5(e,H,M=>this.p(M)))}
      </div>
      <ha-button size="s" appearance="plain" @click=${()=>this.ask(C,L)}
        >${this.p("undo")}</ha-button
      >
    </li>`}async load(){try{let C=await A(this.hass,"permission_history");this.changes=C.changes,this.error=""}catch(C){this.error=h(this.hass,C)}}ask({number:C},H){S(this,"isg-confirm-dialog",{title:this.p("undo"),text:this.p("undo_of",{at:H}),yes:this.p("undo"),act:async()=>{await A(this.hass,"undo_permissions",{number:C}),g(this,this.p("undone")),await this.load()}})}p(C,H){return this.t(`permissions.${C}`,H)}};a([p({attribute:!1})],U1.prototype,"shown",2),a([d()],U1.prototype,"changes",2),a([d()],U1.prototype,"error",2);n("isg-permission-history",U1);var t4=14,M4=24,o5=class extends y{constructor(){super(...arguments);this.fields={days:7}}heading(){return this.p("learning_start")}body(){return r`<p>${this.p("learning_dialog")}</p>
      <ha-form
        .hass=${this.hass}
        .data=${this.fields}
        .schema=${this.schema()}
        .disabled=${this.isBusy}
        .computeLabel=${C=>this.p(`learning_fields.${C.name}`)}
        @value-changed=${C=>{C.stopPropagation(),this.fields=C.detail.value}}
      ></ha-form>`}buttons(){let{user_id:C,entity_id:H,serials:L=[],days:e}=this.fields;return r`${this.cancelButton()}
      <ha-button
        slot="primaryAction"
        .disabled=${!C==!H||!L.length||!(e>0)}
        .loading=${this.isBusy}
        @click=${()=>this.submit(()=>this.start())}
        >${this.p("learning_begin")}</ha-button
      >`}schema(){let{shown:C}=this.params;return[{name:"user_id",selector:{select:{mode:"dropdown",options:F1(C).filter(L=>L.value!==this.hass.user.id)}}},{name:"entity_id",selector:{entity:{filter:{domain:["automation","script"]}}}},{name:"serials",required:!0,selector:{select:{multiple:!0,mode:"list",options:Y(C)}}},{name:"days",required:!0,selector:{number:{mode:"box",min:1,max:t4}}}]}start(){let{user_id:C,entity_id:H,serials:L,days:e}=this.fields;return A(this.hass,"start_learning",{serials:L,hours:Math.round(e*M4),...C?{user_id:C}:{entity_id:H}})}p(C){return this.t(`permissions.${C}`)}};a([d()],o5.prototype,"fields",2);n("isg-learning-dialog",o5);var s5=class extends Z{constructor(){super(...arguments);this.told=new b(this,"learning")}static{this.styles=[v,m`
      :host {
        display: grid;
        gap: 16px;
      }
      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: 8px;
        padding-inline-end: 16px;
      }
      .head h2 {
        padding-bottom: 0;
      }
      .head .acts {
        padding: 16px 0 0 16px;
      }
      progress {
        display: block;
        width: calc(100% - 32px);
        height: 4px;
        margin: 0 16px 16px;
        appearance: none;
        border: none;
        background: var(--divider-color);
      }
      progress::-webkit-progress-bar {
        background: var(--divider-color);
      }
      progress::-webkit-progress-value {
        background: var(--primary-color);
      }
      progress::-moz-progress-bar {
        background: var(--primary-color);
      }
      ha-button ha-svg-icon {
        color: inherit;
      }
    `]}render(){let C=this.told.value;return C?r`
      <ha-card>
        <h2>${this.p("sections.learning")}</h2>
        <p>${this.p("learning_text")}</p>
        ${this.shown.grants.length?r`<p>
              <ha-button
                @click=${()=>S(this,"isg-learning-dialog",{shown:this.shown})}
              >
                <ha-svg-icon slot="start" .path=${N3}></ha-svg-icon>${this.p("learning_start")}
              </ha-button>
            </p>`:i}
      </ha-card>
      ${[...C.learnings].reverse().map(H=>this.renderOne(H))}
    `:this.waiting(this.told)}renderOne(C){let H=this.who(C),L=new T(this.hass,this.shown),e=Date.parse(C.started_at),M=Date.parse(C.until)-e,o=C.serials.map(s=>L.device(s)).join(", ");return r`<ha-card>
      <div class="head">
        <h2><bdi>${H}</bdi></h2>
        ${C.may_change?r`<div class="acts">
              ${C.is_running?r`<ha-button
                    size="small"
                    appearance="filled"
                    @click=${()=>this.command("stop_learning",C)}
                    >${this.p("learning_stop")}</ha-button
                  >`:i}
              <ha-button
                size="small"
                appearance="plain"
                @click=${()=>this.askForget(C,H)}
                >${this.p("learning_forget")}</ha-button
              >
            </div>`:i}
      </div>
      <p>
        ${o} ·
        ${this.p(C.is_running?"learning_runs":"learning_ended",{by:C.by,at:f(this.hass,C.until)})}
      </p>
      ${C.is_running?r`<progress
            aria-label=${this.p("learning_progress")}
            max=${M}
            value=${Math.max(0,Math.min(M,Date.now()-e))}
          ></progress>`:i}
      ${C.may_make_rows?C.proposals.length?r`<ul aria-label=${this.p("proposals")}>
              ${C.proposals.map(s=>this.renderProposal(C,s,L))}
            </ul>`:r`<p>${this.p("learning_nothing")}</p>`:r`<p>${this.p("learning_of_you")}</p>`}
      ${C.lost?r`<p>${this.n("permissions.learning_lost",C.lost)}</p>`:i}
    </ha-card>`}renderProposal(C,H,L){let e=L.line(H.row),M=Object.entries(H.counts).map(([o,s])=>`${L.command(o)} ×${s}`).join(", ");return r`<li>
      <div class="what">
        <div class="name">${e}</div>
        <div class="more">
          ${this.p(H.was_refused?"learned_refused":"learned_used",{counted:M})}
        </div>
      </div>
      ${H.is_taken?r`<span>${this.p("proposal_taken")}</span>`:r`<div class="acts">
            <ha-button
              size="small"
              appearance="filled"
              aria-label="${this.p("proposal_take")}: ${e}"
              @click=${()=>this.take(C,H)}
              >${this.p("proposal_take")}</ha-button
            >
            <ha-button
              size="small"
              appearance="plain"
              aria-label="${this.p("proposal_change")}: ${e}"
              @click=${()=>this.change(C,H)}
              >${this.p("proposal_change")}</ha-button
            >
            ${H.is_declined?r`<span>${this.p("proposal_declined")}</span>`:r`<ha-button
                  size="small"
                  appearance="plain"
                  aria-label="${this.p("proposal_decline")}: ${e}"
                  @click=${()=>this.decline(C,H)}
                  >${this.p("proposal_decline")}</ha-button
                >`}
          </div>`}
    </li>`}who({person:C,entity_id:H}){return C!==null?C:new T(this.hass,this.shown).entity(H??"")}async take(C,H){await this.attempt(()=>A(this.hass,"take_proposal",{learning:C.learning,proposal:H.proposal}))&&(this.told.restart(),g(this,this.p("proposal_done")))}async decline({learning:C},{proposal:H}){await this.attempt(()=>A(this.hass,"decline_proposal",{learning:C,proposal:H})),this.told.restart()}change(C,H){S(this,"isg-row-dialog",{shown:this.shown,wanted:{...H.row,is_on:!0},save:async(L,e)=>{let{learning:M}=C,{proposal:o}=H;await A(this.hass,"take_proposal",{learning:M,proposal:o,row:L,by:e}),this.told.restart()}})}askForget(C,H){S(this,"isg-confirm-dialog",{title:this.p("learning_forget_title",{who:H}),text:this.p("learning_forget_text"),yes:this.p("learning_forget"),act:()=>this.command("forget_learning",C)})}async command(C,{learning:H}){await this.attempt(()=>A(this.hass,C,{learning:H})),this.told.restart()}p(C,H){return this.t(`permissions.${C}`,H)}};a([p({attribute:!1})],s5.prototype,"shown",2);n("isg-permission-learning",s5);var i4=["once","hour","today"],n5=class extends Z{constructor(){super(...arguments);this.questions=new b(this,"access")}static{this.styles=[v,m`
      :host {
        display: grid;
        gap: 16px;
      }
    `]}render(){let C=this.questions.value;if(!C)return this.waiting(this.questions);let{to_answer:H,own:L}=C;return r`
      <ha-card>
        <h2>${this.p("sections.requests")}</h2>
        <p>${this.p(H.length?"requests_text":"requests_none")}</p>
        <ul>
          ${H.map(e=>this.renderQuestion(e))}
        </ul>
      </ha-card>
      ${L.length?r`<ha-card>
            <h2>${this.p("own_requests")}</h2>
            <ul>
              ${L.map(e=>this.renderOwn(e))}
            </ul>
          </ha-card>`:i}
    `}renderQuestion(C){return r`<li>
      <div class="what">
        <div class="name">
          ${this.p("asks",{person:C.person,command:this.asked(C)})}
        </div>
        <div class="more">${this.where(C)}</div>
        ${C.why?r`<div class="more"><q>${C.why}</q></div>`:i}
      </div>
      <div class="acts">
        ${i4.map(H=>r`<ha-button
            size="s"
            appearance="filled"
            @click=${()=>this.answer(C,H)}
            >${this.p(`answer_${H}`)}</ha-button
          >`)}
        <ha-button size="s" appearance="plain" @click=${()=>this.makeRow(C)}
          >${this.p("answer_row")}</ha-button
        >
        <ha-button size="s" appearance="plain" @click=${()=>this.answer(C,"refuse")}
          >${this.p("answer_refuse")}</ha-button
        >
      </div>
    </li>`}renderOwn(C){return r`<li>
      <div class="what">
        <div class="name">${this.asked(C)}</div>
        <div class="more">${this.where(C)}</div>
      </div>
      <span>${this.p(`states.${C.answer||"open"}`)}</span>
      ${C.answer?i:r`<ha-button
            size="s"
            appearance="plain"
            @click=${()=>this.attempt(()=>A(this.hass,"withdraw_access",{question:C.question}))}
            >${this.p("withdraw")}</ha-button
          >`}
    </li>`}asked(C){let H=Object.entries(C.arguments).map(([L,e])=>`${L} ${e}`);return[new T(this.hass,this.shown).command(C.command),...H].join(", ")}where(C){let H=f(this.hass,new Date(C.until*1e3).toISOString());return this.p("asked_until",{device:C.device,at:H})}async answer(C,H){let{question:L}=C;await this.attempt(()=>A(this.hass,"answer_access",{question:L,answer:H}))&&g(this,this.p("answered"))}makeRow(C){let H={effect:"allow",is_on:!0,users:{users:[C.user_id]},devices:{serials:[C.serial]},commands:{names:[C.command]},times:{always:!0}};S(this,"isg-row-dialog",{shown:this.shown,wanted:H,save:(L,e)=>A(this.hass,"answer_access",{question:C.question,answer:"row",row:L,by:e})})}p(C,H){return this.t(`permissions.${C}`,H)}};a([p({attribute:!1})],n5.prototype,"shown",2);n("isg-permission-requests",n5);var a4=864e5,z1=class extends y{constructor(){super(...arguments);this.isCopied=!1}static{this.styles=m`
    p {
      color: var(--secondary-text-color);
      margin: 0 0 16px;
    }
    img {
      display: block;
      width: min(240px, 100%);
      margin: 0 auto 16px;
    }
    .link {
      overflow-wrap: anywhere;
      user-select: all;
    }
  `}willUpdate(){if(!this.params||this.fields)return;let C=new Date(Date.now()+a4).toISOString(),H=D1("expires_at",C,this.hass.config.time_zone);this.fields={commands_groups:["control"],...H}}heading(){return this.p("add_pass")}body(){let{made:C}=this;if(C){let H=`data:image/svg+xml;charset=utf-8,${encodeURIComponent(C.qr)}`;return r`
        <ha-alert alert-type="info">${this.p("pass_done")}</ha-alert>
        ${C.is_encrypted?i:r`<ha-alert alert-type="warning">${this.p("pass_open")}</ha-alert>`}
        <br />
        <img src=${H} alt=${this.p("pass_qr")} />
        <p class="link">${C.link}</p>
      `}return r`<p>${this.p("pass_text")}</p>
      <ha-form
        .hass=${this.hass}
        .data=${this.fields}
        .schema=${this.schema()}
        .disabled=${this.isBusy}
        .computeLabel=${H=>this.p(`fields.${H.name}`)}
        @value-changed=${H=>this.fields=H.detail.value}
      ></ha-form>`}buttons(){if(this.made)return r`${navigator.clipboard?r`<ha-button slot="secondaryAction" appearance="plain" @click=${this.copy}
              >${this.p(this.isCopied?"copied":"copy")}</ha-button
            >`:i}
        <ha-button slot="primaryAction" @click=${()=>this.isOpen=!1}
          >${this.p("close")}</ha-button
        >`;let{name:C,expires_at_date:H}=this.fields??{};return r`${this.cancelButton()}
      <ha-button
        slot="primaryAction"
        .disabled=${!C||!H}
        .loading=${this.isBusy}
        @click=${this.make}
        >${this.p("pass_make")}</ha-button
      >`}schema(){let{shown:C}=this.params,H=new T(this.hass,C),{fields:L={}}=this;return[{name:"name",required:!0,selector:{text:{}}},E("devices_serials",Y(C),L.devices_serials,e=>H.device(e)),E("commands_groups",E1(e=>this.p(e)),[],String,{mode:"list"}),E("commands_names",o1(C,H),L.commands_names,e=>H.command(e),{custom_value:!0}),...K2,X2]}async make(){let{fields:C={}}=this,H=M=>C[M]??[],L=M=>Object.fromEntries(Object.entries(M).filter(([,o])=>o.length)),e=C.uses_left;this.isBusy=!0,this.error="";try{this.made=await A(this.hass,"add_pass",{name:C.name,devices:L({serials:H("devices_serials")}),commands:L({groups:H("commands_groups"),names:H("commands_names")}),...Q5(C,this.hass.config.time_zone),...typeof e=="number"?{uses_left:e}:{},by:this.params?.shown.grants[0]?.by??null})}catch(M){this.error=h(this.hass,M)}finally{this.isBusy=!1}}async copy(){this.made&&(await navigator.clipboard.writeText(this.made.link),this.isCopied=!0)}p(C,H){return this.t(`permissions.${C}`,H)}};a([d()],z1.prototype,"fields",2),a([d()],z1.prototype,"made",2),a([d()],z1.prototype,"isCopied",2);n("isg-pass-dialog",z1);var l2=class extends Z{constructor(){super(...arguments);this.isLater=!1}static{this.styles=[v,N2,m`
      :host {
        display: block;
      }
      th,
      td {
        vertical-align: top;
        padding: 12px 8px;
      }
      .number {
        width: 96px;
        padding-inline-start: 16px;
      }
      .number .more {
        display: block;
      }
      .buttons {
        width: 148px;
      }
      .off td:not(.buttons) {
        opacity: 0.6;
      }
      .effect {
        display: block;
        color: var(--success-color, #43a047);
        color: color-mix(in srgb, var(--success-color, #43a047) 70%, var(--primary-text-color));
        font-weight: var(--ha-font-weight-medium, 500);
      }
      .forbid {
        color: color-mix(in srgb, var(--error-color, #db4437) 75%, var(--primary-text-color));
      }
      .entry {
        display: block;
      }
      .mark {
        display: block;
        margin-top: 4px;
        font-size: var(--ha-font-size-s, 12px);
        color: color-mix(in srgb, var(--warning-color, #ffa600) 50%, var(--primary-text-color));
      }
      .buttons .acts {
        flex-wrap: nowrap;
        gap: 0;
        justify-content: flex-end;
      }
      ha-button ha-svg-icon {
        color: inherit;
      }
      .pages {
        display: flex;
        justify-content: flex-end;
        padding: 8px;
      }
      .column {
        display: none;
      }
      table.narrow,
      .narrow tbody,
      .narrow tr,
      .narrow td {
        display: block;
        width: auto;
      }
      .narrow thead {
        display: none;
      }
      .narrow tr {
        padding: 12px 16px;
      }
      .narrow td {
        padding: 2px 0;
      }
      .narrow .column {
        display: block;
        color: var(--secondary-text-color);
        font-size: var(--ha-font-size-s, 12px);
      }
    `]}render(){let{shown:C}=this,H=new T(this.hass,C);return r`<ha-card>
      <div class="head">
        <h2>${this.p("sections.table")}</h2>
        ${C.grants.length?r`<div class="acts">
              ${C.has_passes?r`<ha-button
                    appearance="plain"
                    @click=${()=>S(this,"isg-pass-dialog",{shown:C})}
                    >${this.p("add_pass")}</ha-button
                  >`:i}
              <ha-button @click=${()=>this.edit()}>
                <ha-svg-icon slot="start" .path=${$1}></ha-svg-icon>${this.p("add_row")}
              </ha-button>
            </div>`:i}
      </div>
      <p>${this.p(C.grants.length?"table_text":"table_nothing")}</p>
      ${C.rows.length?this.renderTable(H):i}
      ${this.isLater||C.next!==null?r`<div class="pages">
            <ha-icon-button
              .path=${b3}
              .label=${this.p("previous")}
              .disabled=${!this.isLater}
              @click=${()=>B(this,"page-wanted",{after:null})}
            ></ha-icon-button>
            <ha-icon-button
              .path=${y3}
              .label=${this.p("following")}
              .disabled=${C.next===null}
              @click=${()=>B(this,"page-wanted",{after:C.next})}
            ></ha-icon-button>
          </div>`:i}
    </ha-card>`}renderTable(C){return r`<table role="table" class=${this.narrow?"narrow":""}>
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col" class="number">${this.p("row")}</th>
          ${U5.map(H=>r`<th role="columnheader" scope="col">${this.p(`columns.${H}`)}</th>`)}
          <th role="columnheader" scope="col" class="buttons">
            <span class="hidden">${this.p("acts")}</span>
          </th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${this.shown.rows.map(H=>this.renderRow(H,C))}
      </tbody>
    </table>`}renderRow(C,H){let{row:L,marks:e}=C,M={users:H.users(L.users),devices:H.devices(L.devices),commands:H.commands(L.commands),times:[...H.when(C.when),...H.more(L)]};return r`<tr role="row" class=${L.is_on?"":"off"}>
      <td role="cell" class="number">
        ${L.number}
        <span class="effect ${L.effect}">${this.p(`effect_${L.effect}`)}</span>
        ${L.is_on?i:r`<span class="more">${this.p("is_off")}</span>`}
        <span class="more"><bdi>${C.made_by_name}</bdi></span>
        ${L.note?r`<span class="more"><bdi>${L.note}</bdi></span>`:i}
        ${e.filter(o=>!o.column).map(o=>this.renderMark(o,H))}
      </td>
      ${U5.map(o=>r`<td role="cell">
            <span class="column" aria-hidden="true">${this.p(`columns.${o}`)}</span>
            ${M[o].map(s=>r`<bdi class="entry">${s}</bdi>`)}
            ${e.filter(s=>s.column===o).map(s=>this.renderMark(s,H))}
          </td>`)}
      <td role="cell" class="buttons">${C.may_change?this.renderActs(C):i}</td>
    </tr>`}renderMark(C,H){let L=C.ids.map(e=>H.device(e)).join(", ");return r`<span class="mark">${this.p(`faults.${C.fault}`,{ids:L})}</span>`}renderActs(C){let{number:H,is_on:L}=C.row;return r`<div class="acts">
      <ha-switch
        .checked=${L}
        @change=${e=>this.turn(C,e.target)}
        ><span class="hidden">${this.p("row_counts",{number:H})}</span></ha-switch
      >
      <ha-icon-button
        .path=${i1}
        .label=${this.p("edit_row",{number:H})}
        @click=${()=>this.edit(C)}
      ></ha-icon-button>
      <ha-icon-button
        .path=${z}
        .label=${this.p("remove_row",{number:H})}
        @click=${()=>this.ask(C)}
      ></ha-icon-button>
    </div>`}p(C,H){return this.t(`permissions.${C}`,H)}edit(C){S(this,"isg-row-dialog",{shown:this.shown,row:C})}async turn(C,H){let L=H.checked;await this.attempt(()=>A(this.hass,"switch_row",{number:C.row.number,version:C.version,is_on:L}))||(H.checked=!L)}ask({row:C,version:H}){let{number:L}=C;S(this,"isg-confirm-dialog",{title:this.p("remove_row",{number:L}),text:new T(this.hass,this.shown).line(C),yes:this.hass.localize("ui.common.remove"),act:()=>A(this.hass,"remove_row",{number:L,version:H})})}};a([p({attribute:!1})],l2.prototype,"shown",2),a([p({type:Boolean})],l2.prototype,"isLater",2);n("isg-permission-table",l2);var b0=`${$}/permissions`,o4=50,A5=class extends Z{constructor(){super(...arguments);this.permissions=new b(this,"permissions",()=>({after:this.pages.at(-1)??0,limit:o4}));this.pages=[]}static{this.styles=[v,W2,m`
      .content {
        max-width: 1280px;
      }
      .inside {
        padding: 0 16px 16px;
      }
    `]}render(){let C=this.permissions.value;if(!C)return this.waiting(this.permissions);let H=this.sections(C),[L=""]=this.detail.split("/"),e=H[L]??H[""];return r`<div class="content">
      <nav aria-label=${this.t("tabs.permissions")}>
        ${Object.keys(H).map(M=>r`<a
            href=${M?`${b0}/${M}`:b0}
            aria-current=${M===L?"page":i}
            @click=${this.go}
            >${this.t(`permissions.sections.${M||"table"}`)}</a
          >`)}
      </nav>
      ${e?.()}
    </div>`}sections(C){return{"":()=>r`<isg-permission-table
        .hass=${this.hass}
        .narrow=${this.narrow}
        .shown=${C}
        .isLater=${this.pages.length>0}
        @page-wanted=${this.turn}
      ></isg-permission-table>`,try:()=>r`<ha-card>
        <h2>${this.t("permissions.sections.try")}</h2>
        <p>${this.t("permissions.try_text")}</p>
        <div class="inside"><isg-try .hass=${this.hass} .shown=${C}></isg-try></div>
      </ha-card>`,requests:()=>r`<isg-permission-requests
        .hass=${this.hass}
        .shown=${C}
      ></isg-permission-requests>`,learning:()=>r`<isg-permission-learning
        .hass=${this.hass}
        .shown=${C}
      ></isg-permission-learning>`,groups:()=>r`<isg-permission-groups
        .hass=${this.hass}
        .shown=${C}
      ></isg-permission-groups>`,history:()=>r`<isg-permission-history
        .hass=${this.hass}
        .shown=${C}
      ></isg-permission-history>`,exchange:()=>r`<isg-permission-exchange
        .hass=${this.hass}
        .shown=${C}
      ></isg-permission-exchange>`}}go(C){C.ctrlKey||C.metaKey||C.shiftKey||(C.preventDefault(),F(C.currentTarget.pathname))}turn(C){let{after:H}=C.detail;this.pages=H===null?this.pages.slice(0,-1):[...this.pages,H],this.permissions.restart()}};a([d()],A5.prototype,"pages",2);n("isg-permissions",A5);var v2=class extends W{constructor(){super(...arguments);this.error=""}static{this.styles=[v,N]}connectedCallback(){super.connectedCallback(),this.load()}render(){let{settings:C}=this;return r`<ha-card>
      <h2>${this.m("sections.messages")}</h2>
      <p>${this.m("messages_text")}</p>
      ${this.error?r`<ha-alert alert-type="error">${this.error}</ha-alert>`:i}
      ${C?r`<p>
              ${C.phones.length?r`${this.m("phones")}: <bdi>${C.phones.join(", ")}</bdi>`:r`${this.m("phones")}: ${this.m("phones_none")}`}
            </p>
            <div class="inside">
              <ha-form
                .hass=${this.hass}
                .data=${{entities:C.entities}}
                .schema=${[{name:"entities",selector:{entity:{multiple:!0,filter:{domain:"notify"}}}}]}
                .computeLabel=${()=>this.m("entities")}
                @value-changed=${H=>{this.settings={...C,entities:H.detail.value.entities??[]}}}
              ></ha-form>
            </div>
            <p class="acts">
              <ha-button @click=${()=>this.save(C)}
                >${this.hass.localize("ui.common.save")}</ha-button
              >
              <ha-button appearance="plain" @click=${this.try}>${this.m("try")}</ha-button>
            </p>`:i}
    </ha-card>`}async save({entities:C}){await this.attempt(()=>A(this.hass,"set_message_settings",{entities:C}))&&g(this,this.m("saved"))}async try(){await this.attempt(()=>A(this.hass,"try_messages"))&&g(this,this.m("tried"))}async load(){try{this.settings=await A(this.hass,"message_settings"),this.error=""}catch(C){this.error=h(this.hass,C)}}};a([d()],v2.prototype,"settings",2),a([d()],v2.prototype,"error",2);n("isg-message-settings",v2);var s4=["siren","light","switch","script","alarm_control_panel"],n4=300,T0=3600,A4=60,d1=class extends Z{constructor(){super(...arguments);this.revision=0;this.snoozedUntil=0}static{this.styles=[v,N]}willUpdate(C){let H=C.get("scope");(C.has("scope")&&_0(H)!==_0(this.scope)||C.has("conduct")&&!l4(C.get("conduct"),this.conduct))&&(this.data=p4(this.conduct))}render(){let{data:C}=this;return r`<ha-card>
      <h2>${this.m("conduct")}</h2>
      <p>${this.m("conduct_text")}</p>
      ${C?.is_detect_only?r`<ha-alert alert-type="warning">${this.m("detect_only_warning")}</ha-alert>`:i}
      ${C?.alarms.length?r`<ha-alert alert-type="info">${this.m("alarm_warning")}</ha-alert>`:i}
      <div class="inside">
        <ha-form
          .hass=${this.hass}
          .data=${C}
          .schema=${d4}
          .computeLabel=${H=>this.m(`conduct_fields.${H.name}`)}
          @value-changed=${H=>{H.stopPropagation(),this.data=H.detail.value}}
        ></ha-form>
      </div>
      ${this.snoozedUntil?r`<p>${this.m("is_snoozed",{until:S1(this.hass,this.snoozedUntil)})}</p>`:i}
      <p class="acts">
        <ha-button @click=${this.save}>${this.hass.localize("ui.common.save")}</ha-button>
        <ha-button
          appearance="plain"
          @click=${()=>this.snooze(this.snoozedUntil?0:A4)}
          >${this.m(this.snoozedUntil?"end_snooze":"snooze")}</ha-button
        >
      </p>
    </ha-card>`}async save(){let{data:C}=this;if(!C)return;await this.attempt(()=>A(this.hass,"set_monitoring_conduct",{scope:this.scope,revision:this.revision,is_detect_only:C.is_detect_only,quiet_from:$0(C.quiet_from),quiet_to:$0(C.quiet_to),block_s:Math.round(C.block_min*60),lift_after_s:Math.round(C.lift_after_h*T0),lifts_on_power_up:C.lifts_on_power_up,alarms:(C.alarms??[]).map(L=>({action:m4(L),entity_id:L}))}))&&g(this,this.m("saved")),B(this,"policy-changed",{})}async snooze(C){await this.attempt(async()=>{let H={scope:this.scope,minutes:C},{until:L}=await A(this.hass,"snooze_monitoring",H);C&&g(this,this.m("snoozed",{until:S1(this.hass,L)}))}),B(this,"policy-changed",{})}m(C,H){return this.t(`monitoring.${C}`,H)}};a([p({attribute:!1})],d1.prototype,"scope",2),a([p({type:Number})],d1.prototype,"revision",2),a([p({attribute:!1})],d1.prototype,"conduct",2),a([p({type:Number})],d1.prototype,"snoozedUntil",2),a([d()],d1.prototype,"data",2);var y0={time:{no_second:!0}},d4=[{name:"is_detect_only",selector:{boolean:{}}},{name:"",type:"grid",column_min_width:"240px",schema:[{name:"quiet_from",selector:y0},{name:"quiet_to",selector:y0},{name:"block_min",required:!0,selector:{number:{mode:"box",min:1,max:1440}}},{name:"lift_after_h",required:!0,selector:{number:{mode:"box",min:0,max:720,step:"any"}}}]},{name:"lifts_on_power_up",selector:{boolean:{}}},{name:"alarms",selector:{entity:{multiple:!0,filter:{domain:s4}}}}];function p4(t){return{is_detect_only:t?.is_detect_only??!1,quiet_from:k0(t?.quiet_from??0),quiet_to:k0(t?.quiet_to??0),block_min:(t?.block_s??n4)/60,lift_after_h:(t?.lift_after_s??0)/T0,lifts_on_power_up:t?.lifts_on_power_up??!1,alarms:(t?.alarms??[]).map(V=>V.entity_id)}}function m4(t){let[V=""]=t.split(".");return V==="alarm_control_panel"?`${V}.alarm_trigger`:`${V}.turn_on`}function k0(t){let V=C=>String(C).padStart(2,"0");return`${V(Math.floor(t/60))}:${V(t%60)}:00`}function $0(t){let[V=0,C=0]=(t??"").split(":").map(Number);return V*60+C}function _0(t){return t?`${t.kind}:${t.id??""}`:""}function l4(t,V){return JSON.stringify(t)===JSON.stringify(V)}n("isg-conduct",d1);var G1=class extends W{constructor(){super(...arguments);this.chosen="";this.error=""}static{this.styles=[v,N]}get scope(){let{scopes:C}=this.shown;return C.find(H=>r3(H)===this.chosen)??C[0]}willUpdate(C){let H=C.get("shown");C.has("shown")&&H?.revision!==this.shown.revision&&this.load()}render(){let{scope:C,seen:H}=this;if(!C)return r`<ha-card><p>${this.m("no_scope")}</p></ha-card>`;let L=P0(C),e=M=>M.made_by===this.hass.user.id&&o2(M.scope,L);return r`
      ${this.error?r`<ha-alert alert-type="error">${this.error}</ha-alert>`:i}
      <ha-card>
        <h2>${this.m("title")}</h2>
        <p>${this.m("policy_text")}</p>
        <div class="inside">
          <ha-form
            .hass=${this.hass}
            .data=${{scope:r3(C)}}
            .schema=${this.schema()}
            .computeLabel=${()=>this.m("scope")}
            @value-changed=${M=>{M.stopPropagation(),this.chosen=M.detail.value.scope,this.load()}}
          ></ha-form>
        </div>
        ${H?r`<isg-policy-table
              .hass=${this.hass}
              .detections=${H.detections}
              .scope=${L}
              .revision=${H.policy.revision}
              .mayConfigure=${!0}
              @policy-changed=${this.load}
            ></isg-policy-table>`:i}
      </ha-card>
      ${H?r`<isg-conduct
            .hass=${this.hass}
            .scope=${L}
            .revision=${H.policy.revision}
            .conduct=${H.policy.conducts.find(e)}
            .snoozedUntil=${H.policy.snoozes.find(e)?.until??0}
            @policy-changed=${this.load}
          ></isg-conduct>`:i}
    `}schema(){return[{name:"scope",required:!0,selector:{select:{mode:"dropdown",options:this.shown.scopes.map(H=>({value:r3(H),label:this.m(`scopes.${H.kind}`,{name:H.name})}))}}}]}async load(){let{scope:C}=this;if(!C)return;let H=P0(C);try{let L=await A(this.hass,"monitoring_policy"),e=H.kind==="device"?(await A(this.hass,"effective_monitoring",{serial:H.id})).detections:this.of(L,H);if(this.scope&&!o2(H,this.scope))return;this.seen={policy:L,detections:e},this.error=""}catch(L){this.error=h(this.hass,L)}}of(C,H){return C.defaults.map(L=>{let e=C.rules.find(M=>M.detection===L.detection&&M.made_by===this.hass.user.id&&o2(M.scope,H));return e?{...e,rule:e.number}:{...L,rule:null,scope:null,may_remove:!1}})}};a([d()],G1.prototype,"chosen",2),a([d()],G1.prototype,"seen",2),a([d()],G1.prototype,"error",2);function r3(t){return`${t.kind}:${t.id??""}`}function P0({kind:t,id:V}){return V?{kind:t,id:V}:{kind:t}}n("isg-policy",G1);var t3=class extends W{static{this.styles=[v,N]}render(){let{suspended:V,users:C,sources:H}=this.shown.restraints;return r`
      ${this.renderCard("suspended",V.map(L=>this.renderSuspended(L)))}
      ${this.renderCard("blocked_people",C.map(L=>this.renderBlock(L,L.name)))}
      ${this.renderCard("blocked_sources",H.map(L=>this.renderBlock(L,L.source)))}
    `}renderCard(V,C){return r`<ha-card>
      <h2>${this.m(V)}</h2>
      ${C.length?r`<ul>${C}</ul>`:r`<p>${this.m(`${V}_none`)}</p>`}
    </ha-card>`}renderBlock(V,C){let{user_id:H,serial:L,source:e}=V,M=H?{user_id:H,serial:L}:{source:e,serial:L},o=this.m("since_until",{since:this.at(V.since),until:this.at(V.until)});return r`<li>
      <div class="what">
        <div class="name"><bdi>${C}</bdi></div>
        <div class="more">
          ${V.device?r`<bdi>${V.device}</bdi> · `:""}${o} · ${this.why(V,C)}
        </div>
      </div>
      <div class="acts">
        <ha-button
          size="s"
          appearance="filled"
          aria-label=${this.m("release_of",{name:C})}
          @click=${()=>this.done("release_block",M,"released")}
          >${this.m("release")}</ha-button
        >
        <ha-button
          size="s"
          appearance="plain"
          aria-label=${this.m("keep_of",{name:C})}
          @click=${()=>this.done("keep_block",M,"kept")}
          >${this.m("keep")}</ha-button
        >
      </div>
    </li>`}renderSuspended(V){let C=this.at(V.since),H=V.device,L=V.until?this.m("since_until",{since:C,until:this.at(V.until)}):this.m(V.lifts_on_power_up?"since_start":"since_open",{since:C});return r`<li>
      <div class="what">
        <div class="name"><bdi>${H}</bdi></div>
        <div class="more">
          ${_(this.hass,"detection",V.detection)} · ${L} · ${this.why(V,H)}
        </div>
      </div>
      <ha-button
        size="s"
        appearance="filled"
        aria-label=${this.m("lift_of",{name:H})}
        @click=${()=>this.ask(V)}
        >${this.m("lift")}</ha-button
      >
    </li>`}why(V,C){return r`<a
      href="${U}/threat/${V.threat}"
      aria-label=${this.m("why_of",{name:C})}
      @click=${K}
      >${this.m("why")}</a
    >`}ask({serial:V,device:C}){S(this,"isg-confirm-dialog",{title:this.m("lift_of",{name:C}),text:this.m("lift_text"),yes:this.m("lift"),act:async()=>{await A(this.hass,"lift_suspension",{serial:V}),g(this,this.m("lifted"))}})}async done(V,C,H){await this.attempt(()=>A(this.hass,V,C))&&g(this,this.m(H))}};n("isg-restraints",t3);var v4=`/config/integrations/integration/${P}`,c2=class extends W{constructor(){super(...arguments);this.error=""}static{this.styles=[v,N]}connectedCallback(){super.connectedCallback(),this.load()}render(){let{findings:C}=this;return r`<ha-card>
      <h2>${this.m("sections.self_audit")}</h2>
      <p>${this.m("self_audit_text")}</p>
      ${this.error?r`<ha-alert alert-type="error">${this.error}</ha-alert>`:i}
      ${C?.length?r`<ul>
            ${C.map(H=>this.renderOne(H))}
          </ul>`:i}
      ${C?.length===0?r`<p>${this.m("self_audit_none")}</p>`:i}
      <p>
        <ha-button appearance="plain" @click=${this.load}>${this.m("look_again")}</ha-button>
      </p>
    </ha-card>`}renderOne(C){let H=this.hass.localize(`component.${P}.exceptions.weakness_${C.finding}.message`,{row:C.row??"",device:C.device??"",count:C.count});return r`<li>
      <div class="what name">${H||C.finding}</div>
      ${this.level(C.level)}
      <a href=${c4(C)} aria-label=${this.m("mend_of",{what:H})} @click=${K}
        >${this.m("mend")}</a
      >
    </li>`}async load(){try{this.findings=(await A(this.hass,"self_audit")).findings,this.error=""}catch(C){this.error=h(this.hass,C)}}};a([d()],c2.prototype,"findings",2),a([d()],c2.prototype,"error",2);function c4({finding:t,serial:V}){let C=`${$}/overview/${encodeURIComponent(V??"")}`;return{wide_row:`${$}/permissions`,endless_pass:`${$}/permissions`,dead_row:`${$}/permissions`,weak_passwords:`${$}/records`,old_firmware:C,suspended:`${U}/restraints`,detect_only:`${U}/policy`,audit_off:v4,no_backup:"/config/backup",open_guest_page:"/config/network"}[t]??`${$}/overview`}n("isg-self-audit",c2);var M3=["ok","refused","failed"],x2="user:",B0=["device","who","verdict","since","until"];function i3(t){let V=new URLSearchParams(t),C={};for(let H of B0){let L=V.get(H);!L||L.length>(H==="device"?32:128)||H==="verdict"&&!M3.includes(L)||(H==="since"||H==="until")&&Number.isNaN(Date.parse(L))||(C[H]=L)}return C}function q(t){let V=new URLSearchParams;for(let C of B0){let H=t[C];H&&V.set(C,H)}return V.size?`?${V}`:""}function u2(t){let{device:V,who:C,verdict:H,since:L,until:e}=t;return{...V&&{serial:V},...C&&{principal:C},...H&&{verdict:H},...L&&{since:new Date(L).toISOString()},...e&&{until:new Date(e).toISOString()}}}var x4=60,u4=["log","report","alarm"],h4=["mac","host_name","login_address","login_client","tried"],a3=class extends W{static{this.styles=[v,a1,N,m`
      .head {
        display: flex;
        align-items: center;
        gap: 8px;
      }
      h1 {
        margin: 0;
        font-size: var(--ha-font-size-2xl, 24px);
        font-weight: var(--ha-font-weight-normal, 400);
        color: var(--primary-text-color);
        overflow-wrap: anywhere;
      }
      .facts {
        padding: 8px 16px 16px;
      }
      .facts th {
        width: 30%;
        min-width: 110px;
        vertical-align: top;
      }
      .facts td {
        overflow-wrap: anywhere;
      }
      .acts {
        padding: 0 16px 16px;
      }
      ol {
        list-style: none;
        margin: 0;
        padding: 8px 16px 16px;
      }
      ol li {
        padding: 6px 0;
        min-height: 0;
      }
      ol li + li {
        border: none;
      }
      .time {
        color: var(--secondary-text-color);
        min-width: 104px;
      }
    `]}render(){let{story:V}=this.shown;return r`
      <div class="head">
        <ha-icon-button
          .path=${f2}
          .label=${this.m("back")}
          @click=${()=>F(U)}
        ></ha-icon-button>
        <h1>${V?_(this.hass,"detection",V.threat.detection):this.m("list")}</h1>
      </div>
      ${V?this.renderStory(V):r`<ha-alert alert-type="warning">${this.m("gone")}</ha-alert>`}
    `}renderStory(V){let{threat:C}=V;return r`
      <ha-card>
        <div class="facts">
          <table aria-label=${_(this.hass,"detection",C.detection)}>
            <tbody>
              ${this.facts(V).map(([H,L])=>r`<tr>
                  <th scope="row">${this.m(`facts.${H}`)}</th>
                  <td>${H==="level"?this.level(C.level):r`<bdi>${L}</bdi>`}</td>
                </tr>`)}
            </tbody>
          </table>
        </div>
        ${this.renderActs(V)}
      </ha-card>
      <ha-card>
        <h2>${this.m("what_it_means")}</h2>
        <p>${this.m(`advice.${C.detection}`)}</p>
      </ha-card>
      <ha-card>
        <h2>${this.m("done")}</h2>
        <ol>
          ${this.steps(V).map(([H,L])=>r`<li>
              <span class="time">${this.at(H)}</span><span class="what name">${L}</span>
            </li>`)}
        </ol>
        ${C.withheld.length?r`<p>
              ${this.m("left_undone",{responses:C.withheld.map(H=>_(this.hass,"response",H)).join(", ")})}
            </p>`:i}
        <p><a href=${this.record(C)} @click=${K}>${this.m("in_record")}</a></p>
      </ha-card>
      ${this.renderTrace(C)}
      ${V.related.length?r`<ha-card>
            <h2>${this.m("related")}</h2>
            <ul>
              ${V.related.map(H=>this.renderThreat(H))}
            </ul>
          </ha-card>`:i}
    `}facts({threat:V,device:C,proof:H}){return[["level",V.level],["device",C||this.m("no_device")],["at",this.at(V.at)],["who",V.name||V.principal],["source",V.source],["evidence",V.evidence],["count",V.count>1?String(V.count):""],["proof",this.m(`proofs.${H}`)],["rule",V.rule?this.m("by_rule",{rule:V.rule}):this.m("built_in")]].filter(([,e])=>e)}steps({threat:V,steps:C}){let H=u4.filter(L=>V.responses.includes(L));return[[V.at,this.m("steps.noticed")],...H.map(L=>[V.at,this.m(`steps.${L}`)]),...C.map(L=>{let e=L.kind==="suspended"&&L.until?"suspended_until":L.kind;return[L.at,this.m(`steps.${e}`,{by:L.by,until:this.at(L.until)})]})]}renderActs({threat:V,is_open:C,is_blocked:H,is_suspended:L}){let{serial:e,user_id:M,source:o}=V,s=M?{user_id:M,serial:e}:{source:o,serial:e},c=e&&this.maySet(e)?{kind:"device",id:e}:{kind:"gateway"},x=c.kind==="device"||!e&&this.hass.user.is_admin;return r`<div class="acts">
      ${C?r`<ha-button
            size="s"
            @click=${()=>this.done("acknowledge_threats",{threats:[V.id]},"")}
            >${this.m("acknowledge")}</ha-button
          >`:i}
      ${H?r`<ha-button
              size="s"
              appearance="filled"
              @click=${()=>this.done("release_block",s,"released")}
              >${this.m("release")}</ha-button
            ><ha-button
              size="s"
              appearance="plain"
              @click=${()=>this.done("keep_block",s,"kept")}
              >${this.m("keep")}</ha-button
            >`:i}
      ${L?r`<ha-button
            size="s"
            appearance="filled"
            @click=${()=>this.done("lift_suspension",{serial:e},"lifted")}
            >${this.m("lift")}</ha-button
          >`:i}
      ${x?r`<ha-button size="s" appearance="plain" @click=${()=>this.snooze(c)}
            >${this.m("snooze")}</ha-button
          >`:i}
    </div>`}record({serial:V,principal:C}){return`${$}/audit${q({device:V,who:C})}`}maySet(V){return this.shown.scopes.some(C=>C.kind==="device"&&C.id===V)}async snooze(V){await this.attempt(async()=>{let C={scope:V,minutes:x4},{until:H}=await A(this.hass,"snooze_monitoring",C);g(this,this.m("snoozed",{until:this.at(H)}))})}async done(V,C,H){await this.attempt(()=>A(this.hass,V,C))&&H&&g(this,this.m(H))}renderTrace({trace:V}){let C=h4.map(L=>[L,V[L]]);for(let L of["first_seen","last_seen"])V[L]&&C.push([L,this.at(V[L])]);let H=C.filter(([,L])=>L).map(([L,e])=>[L,L==="tried"?this.tried(e):e]);return H.length?r`<ha-card>
      <h2>${this.m("trace")}</h2>
      <div class="facts">
        <table aria-label=${this.m("trace")}>
          <tbody>
            ${H.map(([L,e])=>r`<tr>
                <th scope="row">${this.m(`traces.${L}`)}</th>
                <td><bdi>${e}</bdi></td>
              </tr>`)}
          </tbody>
        </table>
      </div>
    </ha-card>`:i}tried(V){return V.split(", ").map(C=>{let[H="",L="1"]=C.split(" "),e=_(this.hass,"detection",H);return L==="1"?e:`${e} (×${L})`}).join(", ")}};n("isg-threat-story",a3);var b1=["very_low","low","medium","high"];var s3=100,n3=10,R0=2,d5=class extends Z{constructor(){super(...arguments);this.days=[]}static{this.styles=[v,a1,N,m`
      .drawing {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 4px 8px;
        padding: 0 16px;
        font-size: var(--ha-font-size-s, 12px);
        color: var(--secondary-text-color);
      }
      .scale {
        display: flex;
        flex-direction: column;
        justify-content: space-between;
        text-align: end;
      }
      svg {
        width: 100%;
        height: 140px;
        display: block;
        border-bottom: 1px solid var(--divider-color);
      }
      rect {
        background: none;
      }
      .days {
        grid-column: 2;
        display: flex;
        justify-content: space-between;
      }
      .legend {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 16px;
        padding: 12px 16px;
      }
      .level {
        min-width: 0;
        font-size: var(--ha-font-size-s, 12px);
      }
      details {
        padding: 0 0 16px;
      }
      summary {
        padding: 0 16px 8px;
        cursor: pointer;
        color: var(--primary-text-color);
      }
      td {
        text-align: end;
      }
    `]}render(){let C=this.days.reduce((H,L)=>H+o3(L),0);return r`<ha-card>
      <h2>${this.m("over_time")}</h2>
      <p>${C?this.m("over_time_text",{count:C}):this.m("over_time_none")}</p>
      ${C?this.renderDrawing(C):i}
    </ha-card>`}renderDrawing(C){let H=Math.max(...this.days.map(o3)),L=this.days.length*(n3+R0);return r`
      <div class="drawing">
        <div class="scale" aria-hidden="true"><span>${H}</span><span>0</span></div>
        <svg
          viewBox="0 0 ${L} ${s3}"
          preserveAspectRatio="none"
          role="img"
          aria-label="${this.m("over_time")}: ${this.m("over_time_text",{count:C})}"
        >
          ${this.days.map((e,M)=>Z4(e,M*(n3+R0),H))}
        </svg>
        <div class="days" aria-hidden="true">
          <span>${this.day(this.days[0])}</span><span>${this.day(this.days.at(-1))}</span>
        </div>
      </div>
      <div class="legend">
        ${b1.toReversed().map(e=>r`<span class="level"
            ><span class="dot ${e}"></span>${_(this.hass,"level",e)}</span
          >`)}
      </div>
      <details>
        <summary>${this.m("as_table")}</summary>
        <div class="scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">${this.m("day")}</th>
                ${b1.map(e=>r`<th scope="col">${_(this.hass,"level",e)}</th>`)}
              </tr>
            </thead>
            <tbody>
              ${this.days.filter(e=>o3(e)).toReversed().map(e=>r`<tr>
                    <th scope="row">${this.day(e)}</th>
                    ${e.counts.map(M=>r`<td>${M}</td>`)}
                  </tr>`)}
            </tbody>
          </table>
        </div>
      </details>
    `}day(C){return new Date(`${C?.day}T00:00:00Z`).toLocaleDateString(this.hass.language,{day:"numeric",month:"short",timeZone:"UTC"})}m(C,H){return this.t(`monitoring.${C}`,H)}};a([p({attribute:!1})],d5.prototype,"days",2);function o3(t){return t.counts.reduce((V,C)=>V+C,0)}function Z4(t,V,C){let H=s3;return t.counts.map((L,e)=>{let M=L/C*s3;return H-=M,X`<rect class=${b1[e]} x=${V} y=${H} width=${n3} height=${M}></rect>`})}n("isg-threat-chart",d5);var A3="*",d3="-",p5=class extends W{constructor(){super(...arguments);this.filter={}}static{this.styles=[v,N,m`
      .now {
        display: flex;
        flex-wrap: wrap;
        gap: 8px 24px;
        align-items: center;
        padding: 16px;
        color: var(--primary-text-color);
      }
      h2 + .inside {
        padding-top: 8px;
      }
    `]}render(){let{threats:C,left_out:H,open:L,levels:e,days:M}=this.shown,o=C.filter(s=>s.is_open);return r`
      <ha-card>
        <div class="now">
          <span class="level"
            ><span class="dot ${e.all}"></span>${this.m("now",{level:_(this.hass,"level",e.all)})}</span
          >
          <span>${L?this.n("monitoring.open",L):this.m("open_none")}</span>
        </div>
      </ha-card>
      <isg-threat-chart .hass=${this.hass} .days=${M}></isg-threat-chart>
      <ha-card>
        <h2>${this.m("list")}</h2>
        <div class="inside">${this.renderFilter()}</div>
        ${C.length?r`<ul>
              ${C.map(s=>this.renderThreat(s))}
            </ul>`:r`<p>${this.m("list_none")}</p>`}
        ${H?r`<p>${this.n("monitoring.left_out",H)}</p>`:i}
        ${o.length?r`<p>
              <ha-button
                appearance="plain"
                @click=${()=>this.acknowledge(o.map(s=>s.id))}
                >${this.m("acknowledge_shown")}</ha-button
              >
            </p>`:i}
      </ha-card>
    `}renderFilter(){let{serial:C,level:H,is_open:L}=this.filter,e=[{value:A3,label:this.m("every_device")},...this.shown.devices.map(c=>({value:c.serial,label:c.name})),...this.hass.user.is_admin?[{value:d3,label:this.m("no_device")}]:[]],M=b1.map(c=>({value:c,label:_(this.hass,"level",c)})),o=(c,x)=>({name:c,required:!0,selector:{select:{mode:"dropdown",options:x}}}),s=[{name:"",type:"grid",column_min_width:"200px",schema:[o("serial",e),o("level",M),{name:"is_open",selector:{boolean:{}}}]}];return r`<ha-form
      .hass=${this.hass}
      .schema=${s}
      .data=${{serial:C===void 0?A3:C||d3,level:H??b1[0],is_open:L??!1}}
      .computeLabel=${c=>this.m(`filter.${c.name}`)}
      @value-changed=${this.narrowed}
    ></ha-form>`}narrowed(C){C.stopPropagation();let{serial:H,level:L,is_open:e}=C.detail.value,M={level:L,is_open:e};H!==A3&&(M.serial=H===d3?"":H),B(this,"filter-changed",{filter:M})}async acknowledge(C){await this.attempt(async()=>{let H=await A(this.hass,"acknowledge_threats",{threats:C});g(this,this.n("monitoring.acknowledged",H.acknowledged))})}};a([p({attribute:!1})],p5.prototype,"filter",2);n("isg-threats",p5);var F0=["","restraints","policy","self-audit","messages"],m5=class extends Z{constructor(){super(...arguments);this.monitoring=new b(this,"monitoring",()=>({...this.filter,...this.story?{threat:this.story}:{}}));this.filter={}}static{this.styles=[v,W2]}get story(){let[C,H=""]=this.detail.split("/");return C==="threat"?H:""}willUpdate(){let C=this.asked!==void 0&&this.asked!==this.story;this.asked=this.story,C&&this.ask()}render(){this.last=this.monitoring.value??this.last;let C=this.last;if(!C||this.monitoring.error)return this.waiting(this.monitoring);let[H=""]=this.detail.split("/"),L=F0.includes(H)?H:"";return r`<div class="content">
      <nav aria-label=${this.t("tabs.monitoring")}>
        ${F0.map(e=>r`<a
            href=${e?`${U}/${e}`:U}
            aria-current=${e===L?"page":i}
            @click=${K}
            >${this.t(`monitoring.sections.${e.replace("-","_")||"threats"}`)}</a
          >`)}
      </nav>
      ${H==="threat"?this.renderStory(C):this.renderSection(L,C)}
    </div>`}renderStory(C){return this.monitoring.value?r`<isg-threat-story .hass=${this.hass} .shown=${C}></isg-threat-story>`:r`<ha-spinner aria-label=${this.t("loading")}></ha-spinner>`}renderSection(C,H){switch(C){case"restraints":return r`<isg-restraints .hass=${this.hass} .shown=${H}></isg-restraints>`;case"policy":return r`<isg-policy .hass=${this.hass} .shown=${H}></isg-policy>`;case"self-audit":return r`<isg-self-audit .hass=${this.hass} .shown=${H}></isg-self-audit>`;case"messages":return r`<isg-message-settings
          .hass=${this.hass}
          .shown=${H}
        ></isg-message-settings>`;default:return r`<isg-threats
          .hass=${this.hass}
          .shown=${H}
          .filter=${this.filter}
          @filter-changed=${L=>{this.filter=L.detail.filter,this.ask()}}
        ></isg-threats>`}}ask(){this.monitoring.restart()}};a([d()],m5.prototype,"filter",2);n("isg-monitoring",m5);var S4=/^(automation|script)\./,Q1=class extends Z{constructor(){super(...arguments);this.filter={};this.typed={};this.form=[];this.formOf=""}static{this.styles=m`
    :host {
      display: block;
    }
    ha-form {
      display: block;
      padding: 0 16px 16px;
    }
  `}willUpdate(C){if(C.has("filter")&&q(this.filter)!==q(this.wanted())){let{device:s,who:c,verdict:x,since:l,until:O}=this.filter,k=this.hass.config.time_zone;this.typed={...s&&{device:s},...c&&{who:c},...x&&{verdict:x},...l&&D1("since",l,k),...O&&D1("until",O,k)}}let{devices:H,people:L}=this.shown,{device:e,who:M}=this.filter,o=JSON.stringify([this.hass.language,H,L,e,M]);o!==this.formOf&&(this.form=this.schema()),this.formOf=o}render(){return r`<ha-form
      .hass=${this.hass}
      .data=${this.typed}
      .schema=${this.form}
      .computeLabel=${C=>this.t(`audit.fields.${C.name}`)}
      @value-changed=${this.changed}
    ></ha-form>`}schema(){let C=M=>({select:{options:M,mode:"dropdown"}}),H=this.shown.devices.map(M=>({value:M.serial,label:M.name})),{device:L}=this.filter;L&&!H.some(M=>M.value===L)&&H.push({value:L,label:L});let e=M3.map(M=>({value:M,label:this.t(`audit.verdicts.${M}`)}));return[{name:"",type:"grid",column_min_width:"200px",schema:[{name:"device",selector:C(H)},{name:"who",selector:C(this.everybody())},{name:"verdict",selector:C(e)}]},{name:"",type:"grid",column_min_width:"280px",schema:[g1("since"),g1("until")]}]}everybody(){let{names:C}=this,H=[...this.shown.people.map(e=>x2+e.user_id),...Object.keys(this.hass.states).filter(e=>S4.test(e)).sort(),"system","unknown"],{who:L}=this.filter;return L&&!H.includes(L)&&H.push(L),H.map(e=>({value:e,label:C.principal(e)}))}changed(C){C.stopPropagation(),this.typed=C.detail.value;let H=this.wanted();q(H)===q(this.filter)?this.requestUpdate():B(this,"filter-wanted",{filter:H})}wanted(){let{typed:C}=this,H=this.hass.config.time_zone,L={};for(let e of["device","who","verdict"]){let M=C[e];typeof M=="string"&&M&&(L[e]=M)}for(let e of["since","until"]){let M=t2(C,e,H);M&&(L[e]=M)}return L}};a([p({attribute:!1})],Q1.prototype,"shown",2),a([p({attribute:!1})],Q1.prototype,"names",2),a([p({attribute:!1})],Q1.prototype,"filter",2);n("isg-audit-filter",Q1);var l5=class{constructor(V,C,H){this.fetch=C;this.changed=H;this.asked=new Set;this.pages=[{after:"",count:V.lines.length,lines:V.lines}],this.next=V.next}get length(){return(this.pages.length-1)*100+(this.pages.at(-1)?.count??0)}get hasMore(){return this.next!==null}get isLoading(){return this.asked.size>0}at(V){return this.pages[Math.floor(V/100)]?.lines?.[V%100]}async more(){let V=this.next,C=this.pages.length;V!==null&&await this.ask(C,V,({lines:H,next:L})=>{H.length&&this.pages.push({after:V,count:H.length,lines:H}),this.next=L})}need(V,C){let[H,L]=[Math.floor(V/100),Math.floor(C/100)];for(let e=H;e<=L;e++){let M=this.pages[e];!M||M.lines||this.ask(e,M.after,({lines:o})=>M.lines=o)}this.pages.forEach((e,M)=>{(M<H-20/2||M>L+20/2)&&(e.lines=void 0)})}async ask(V,C,H){if(!this.asked.has(V)){this.asked.add(V),this.error=void 0;try{H(await this.fetch(C))}catch(L){this.error=L}finally{this.asked.delete(V),this.changed()}}}};var g4=36e5,f4=6e4,E0=20,y1=class extends y{constructor(){super(...arguments);this.othersError=""}static{this.styles=[v,m`
      table {
        border-collapse: collapse;
        width: 100%;
        table-layout: fixed;
      }
      th,
      td {
        text-align: start;
        vertical-align: top;
        padding: 6px 0;
        overflow-wrap: anywhere;
      }
      .all th {
        width: 36%;
        padding-inline-end: 8px;
        font-weight: inherit;
        color: var(--secondary-text-color);
      }
      code {
        font-family: var(--ha-font-family-code, monospace);
        font-size: var(--ha-font-size-s, 12px);
      }
      h3 {
        margin: 16px 0 4px;
        font-size: var(--ha-font-size-l, 16px);
        font-weight: var(--ha-font-weight-medium, 500);
      }
      p,
      ul {
        padding: 0;
      }
      li {
        padding: 4px 0;
        min-height: 0;
      }
      li ha-button {
        flex: none;
      }
    `]}willUpdate(C){C.has("params")&&this.params&&this.show(this.params.line)}heading(){return this.line&&this.params?this.params.names.what(this.line):""}body(){let{line:C,params:H}=this;return!C||!H?r``:r`
      <table class="all">
        <tbody>
          ${this.facts(C,H.names).map(([L,e])=>r`<tr>
              <th scope="row">${this.a(`facts.${L}`)}</th>
              <td>${e}</td>
            </tr>`)}
        </tbody>
      </table>
      ${C.row===null?i:this.renderRow(C.row)}
      <h3>${this.a(C.session?"same_session":"around")}</h3>
      <div role="status">${this.renderOthers(H.names)}</div>
    `}buttons(){return r`<ha-button slot="primaryAction" @click=${()=>this.isOpen=!1}
      >${this.hass.localize("ui.common.close")}</ha-button
    >`}facts(C,H){let L=s=>r`<code>${s}</code>`,e=(s,c)=>s===c?r`<bdi>${s}</bdi>`:r`<bdi>${s}</bdi> ${L(c)}`,M=H.result(C);return[["at",H.when(C,!0)],["verdict",M?`${H.verdict(C)} · ${M}`:H.verdict(C)],["who",C.principal&&e(H.who(C),C.principal)],["starter",C.starter&&e(H.starter(C),C.starter)],["source",C.source],["device",C.serial&&e(H.device(C.serial),C.serial)],["command",C.command&&L(C.command)],["entity",C.entity&&L(C.entity)],["arguments",C.arguments&&L(C.arguments)],["session",C.session&&L(C.session)],["result",C.result&&L(C.result)],["detail",C.detail&&r`<bdi>${L(C.detail)}</bdi>`],["duration",C.duration_us===null?"":`${(C.duration_us/1e3).toFixed(1)} ms`],["kind",L(C.kind)],["number",C.number]].filter(([,s])=>s!=="")}renderRow(C){let{row:H}=this,L=H?.row&&new T(this.hass,H.shown).line(H.row.row);return r`<h3>${this.a("row",{number:C})}</h3>
      ${H?r`<p>${L||this.a("row_gone")}</p>`:i}`}renderOthers(C){let{others:H}=this;return this.othersError?r`<p>${this.othersError}</p>`:H?H.length?r`<ul>
      ${H.map(L=>r`<li>
          <div class="what">
            <bdi class="name">${C.what(L)}</bdi>
            <div class="more">
              ${C.when(L,!1)} · ${C.verdict(L)} · <bdi>${C.who(L)}</bdi>
            </div>
          </div>
          <ha-button
            size="small"
            appearance="plain"
            aria-label=${this.a("open",{at:C.when(L,!0)})}
            @click=${()=>this.show(L)}
            >${this.a("show")}</ha-button
          >
        </li>`)}
    </ul>`:r`<p>${this.a("no_others")}</p>`:r`<p>${this.t("loading")}</p>`}show(C){this.line=C,this.others=this.row=void 0,this.othersError="",this.loadOthers(C),C.row!==null&&this.loadRow(C,C.row)}async loadOthers(C){let H=Date.parse(C.at),L=C.session?g4:f4;try{let e=await A(this.hass,"audit",{...C.serial&&{serial:C.serial},...C.session&&C.serial?{session:C.session}:{principal:C.principal},since:new Date(H-L).toISOString(),until:new Date(H+L).toISOString(),limit:E0+1});if(this.line!==C)return;this.others=e.lines.filter(M=>M.number!==C.number).slice(0,E0)}catch(e){this.line===C&&(this.othersError=h(this.hass,e))}}async loadRow(C,H){try{let L=await O4(this.hass,"permissions",{after:H-1,limit:1});if(this.line!==C)return;this.row={shown:L,row:L.rows.find(e=>e.row.number===H)}}catch{this.row=void 0}}a(C,H){return this.t(`audit.${C}`,H)}};a([d()],y1.prototype,"line",2),a([d()],y1.prototype,"others",2),a([d()],y1.prototype,"othersError",2),a([d()],y1.prototype,"row",2);async function O4(t,V,C){let H;try{return await new Promise((L,e)=>{H=t.connection.subscribeMessage(L,{type:`${P}/${V}`,...C}),H.catch(e)})}finally{H?.then(L=>L()).catch(()=>{})}}n("isg-audit-line-dialog",y1);var D0={ATTRIBUTE:1,CHILD:2,PROPERTY:3,BOOLEAN_ATTRIBUTE:4,EVENT:5,ELEMENT:6},N0=t=>(...V)=>({_$litDirective$:t,values:V}),v5=class{constructor(V){}get _$AU(){return this._$AM._$AU}_$AT(V,C,H){this._$Ct=V,this._$AM=C,this._$Ci=H}_$AS(V,C){return this.update(V,C)}update(V,C){return this.render(...C)}};var{I:w4}=i0,W0=t=>t;var I0=()=>document.createComment(""),j1=(t,V,C)=>{let H=t._$AA.parentNode,L=V===void 0?t._$AB:V._$AA;if(C===void 0){let e=H.insertBefore(I0(),L),M=H.insertBefore(I0(),L);C=new w4(e,M,t,t.options)}else{let e=C._$AB.nextSibling,M=C._$AM,o=M!==t;if(o){let s;C._$AQ?.(t),C._$AM=t,C._$AP!==void 0&&(s=t._$AU)!==M._$AU&&C._$AP(s)}if(e!==L||o){let s=C._$AA;for(;s!==e;){let c=W0(s).nextSibling;W0(H).insertBefore(s,L),s=c}}}return C},p1=(t,V,C=t)=>(t._$AI(V,C),t),b4={},U0=(t,V=b4)=>t._$AH=V,z0=t=>t._$AH,c5=t=>{t._$AR(),t._$AA.remove()};var G0=(t,V,C)=>{let H=new Map;for(let L=V;L<=C;L++)H.set(t[L],L);return H},Q0=N0(class extends v5{constructor(t){if(super(t),t.type!==D0.CHILD)throw Error("repeat() can only be used in text expressions")}dt(t,V,C){let H;C===void 0?C=V:V!==void 0&&(H=V);let L=[],e=[],M=0;for(let o of t)L[M]=H?H(o,M):M,e[M]=C(o,M),M++;return{values:e,keys:L}}render(t,V,C){return this.dt(t,V,C).values}update(t,[V,C,H]){let L=z0(t),{values:e,keys:M}=this.dt(V,C,H);if(!Array.isArray(L))return this.ut=M,e;let o=this.ut??=[],s=[],c,x,l=0,O=L.length-1,k=0,R=e.length-1;for(;l<=O&&k<=R;)if(L[l]===null)l++;else if(L[O]===null)O--;else if(o[l]===M[k])s[k]=p1(L[l],e[k]),l++,k++;else if(o[O]===M[R])s[R]=p1(L[O],e[R]),O--,R--;else if(o[l]===M[R])s[R]=p1(L[l],e[R]),j1(t,s[R+1],L[l]),l++,R--;else if(o[O]===M[k])s[k]=p1(L[O],e[k]),j1(t,L[l],L[O]),O--,k++;else if(c===void 0&&(c=G0(M,k,R),x=G0(o,l,O)),c.has(o[l]))if(c.has(o[O])){let I=x.get(M[k]),O5=I!==void 0?L[I]:null;if(O5===null){let u3=j1(t,L[l]);p1(u3,e[k]),s[k]=u3}else s[k]=p1(O5,e[k]),j1(t,L[l],O5),L[I]=null;k++}else c5(L[O]),O--;else c5(L[l]),l++;for(;k<=R;){let I=j1(t,s[R+1]);p1(I,e[k]),s[k++]=I}for(;l<=O;){let I=L[l++];I!==null&&c5(I)}return this.ut=M,U0(t,s),e1}});var j0=15,p3=5,y4=40,q0=56,K0=104,X0=40,Y0=1e5,m3=Y0/2,k4={ArrowDown:1,ArrowUp:-1,PageDown:10,PageUp:-10},k1=class extends Z{constructor(){super(...arguments);this.top=0;this.seen=900;this.base=0;this.current=0;this.sizes=new ResizeObserver(()=>this.seen=this.viewport.clientHeight);this.more=()=>{this.ledger.more(),this.requestUpdate()}}static{this.styles=[v,m`
      :host {
        display: block;
      }
      .viewport {
        height: var(--isg-list-height, 480px);
        overflow-y: auto;
        overflow-anchor: none;
        position: relative;
      }
      .space {
        position: relative;
      }
      table {
        position: absolute;
        inset-inline: 0;
        width: 100%;
        border-collapse: collapse;
        table-layout: fixed;
      }
      thead th {
        position: sticky;
        top: 0;
        z-index: 1;
        background: var(--card-background-color, var(--primary-background-color));
        height: ${X0}px;
        color: var(--secondary-text-color);
        font-weight: var(--ha-font-weight-medium, 500);
      }
      th,
      td {
        text-align: start;
        padding: 0 8px;
        box-sizing: border-box;
        overflow: hidden;
      }
      tbody tr {
        height: ${q0}px;
        box-shadow: inset 0 1px var(--divider-color);
        cursor: pointer;
      }
      tbody tr:hover,
      tbody tr:focus-within {
        background: color-mix(in srgb, var(--primary-text-color) 6%, transparent);
      }
      .when {
        width: 112px;
        padding-inline-start: 16px;
      }
      .who {
        width: 20%;
      }
      .device {
        width: 20%;
      }
      .verdict {
        width: 104px;
        padding-inline-end: 16px;
      }
      .line {
        display: block;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      button {
        all: unset;
        cursor: pointer;
        max-width: 100%;
      }
      button:focus-visible {
        outline: 2px solid var(--primary-color);
        outline-offset: 2px;
        border-radius: 4px;
      }
      .ok {
        color: color-mix(in srgb, var(--success-color, #43a047) 60%, var(--primary-text-color));
      }
      .refused,
      .failed {
        font-weight: var(--ha-font-weight-medium, 500);
        color: color-mix(in srgb, var(--error-color, #db4437) 75%, var(--primary-text-color));
      }
      .failed {
        color: color-mix(in srgb, var(--warning-color, #ffa600) 50%, var(--primary-text-color));
      }
      .end {
        display: flex;
        align-items: center;
        justify-content: center;
        gap: 16px;
        min-height: 64px;
        padding: 0 16px;
        color: var(--secondary-text-color);
      }
      .end ha-spinner {
        margin: 0;
      }
      .narrow thead {
        position: absolute;
        width: 1px;
        height: 1px;
        overflow: hidden;
        clip-path: inset(50%);
      }
      table.narrow,
      .narrow tbody,
      .narrow td {
        display: block;
        width: auto;
        padding: 0;
      }
      .narrow tbody tr {
        display: grid;
        box-sizing: border-box;
        height: ${K0}px;
        padding: 8px 16px;
        align-content: center;
        grid-template: "what verdict" auto "who device" auto "when when" auto / 1fr auto;
        column-gap: 8px;
      }
      .narrow .what {
        grid-area: what;
        min-width: 0;
      }
      .narrow .who {
        grid-area: who;
      }
      .narrow .device {
        grid-area: device;
        max-width: 48vw;
        justify-self: end;
      }
      .narrow .verdict {
        grid-area: verdict;
        justify-self: end;
      }
      .narrow .when {
        grid-area: when;
        color: var(--secondary-text-color);
        font-size: var(--ha-font-size-s, 12px);
      }
    `]}get isAtTop(){return this.base===0&&this.top<this.rowPx}toTop(){this.base=this.current=0,this.viewport.scrollTop=this.top=0}firstUpdated(){this.sizes.observe(this.viewport)}disconnectedCallback(){super.disconnectedCallback(),this.sizes.disconnect()}connectedCallback(){super.connectedCallback(),this.hasUpdated&&this.sizes.observe(this.viewport)}willUpdate(C){C.has("ledger")&&(this.base=Math.min(this.base,Math.max(0,this.ledger.length-1)))}updated(){let{first:C,last:H}=this.window();this.ledger.need(C,H),H>=this.ledger.length-y4&&this.ledger.hasMore&&!this.ledger.isLoading&&!this.ledger.error&&this.more()}render(){let{first:C,last:H}=this.window(),L=Array.from({length:Math.max(0,H-C+1)},(s,c)=>C+c),{ledger:e}=this,M=this.headPx+(e.length-this.base)*this.rowPx,o=this.current>=C&&this.current<=H?this.current:C;return r`<div class="viewport" @scroll=${this.scrolled} @keydown=${this.key}>
      <div class="space" style="height: ${M}px">
        <table
          role="table"
          aria-label=${this.t("audit.title")}
          aria-rowcount=${e.hasMore?-1:e.length+1}
          class=${this.narrow?"narrow":""}
          style="top: ${(C-this.base)*this.rowPx}px"
        >
          <thead role="rowgroup">
            <tr role="row" aria-rowindex="1">
              ${["when","who","what","device","verdict"].map(s=>r`<th role="columnheader" scope="col" class=${s}>
                    ${this.t(`audit.columns.${s}`)}
                  </th>`)}
            </tr>
          </thead>
          <tbody role="rowgroup">
            ${Q0(L,s=>e.at(s)?.number??-s,s=>this.renderRow(s,s===o))}
          </tbody>
        </table>
      </div>
      <div class="end" role="status">${this.renderEnd()}</div>
    </div>`}renderRow(C,H){let L=this.ledger.at(C);if(!L)return r`<tr role="row" aria-rowindex=${C+2}>
        <td role="cell" colspan="5" class="when">${this.t("loading")}</td>
      </tr>`;let{names:e}=this,M=C>0?this.ledger.at(C-1):void 0,o=!M||e.day(M)!==e.day(L),s=e.starter(L),c=e.result(L);return r`<tr role="row" aria-rowindex=${C+2} data-at=${C} @click=${()=>this.open(L)}>
      <td role="cell" class="when">
        <button tabindex=${H?0:-1} aria-haspopup="dialog">
          ${e.when(L,this.narrow)}
          ${o&&!this.narrow?r`<span class="line more">${e.day(L)}</span>`:i}
        </button>
      </td>
      <td role="cell" class="who">
        <bdi class="line">${e.who(L)}</bdi>
        ${s?r`<span class="line more"
              >${this.t("audit.started_by")} <bdi>${s}</bdi></span
            >`:i}
      </td>
      <td role="cell" class="what">
        <bdi class="line">${e.what(L)}</bdi>
        ${c?r`<span class="line more">${c}</span>`:i}
      </td>
      <td role="cell" class="device">
        <bdi class="line">${L.serial?e.device(L.serial):""}</bdi>
      </td>
      <td role="cell" class="verdict"><span class=${L.verdict}>${e.verdict(L)}</span></td>
    </tr>`}renderEnd(){let{ledger:C}=this;return C.error?r`${h(this.hass,C.error)}
        <ha-button size="small" appearance="plain" @click=${this.more}
          >${this.t("audit.older")}</ha-button
        >`:C.isLoading?r`<ha-spinner size="small"></ha-spinner>${this.t("loading")}`:C.hasMore?r`<ha-button size="small" appearance="plain" @click=${this.more}
        >${this.t("audit.older")}</ha-button
      >`:r`${this.t(C.length?"audit.begin":"audit.nothing")}`}get rowPx(){return this.narrow?K0:q0}get headPx(){return this.narrow?0:X0}window(){let C=p3*Math.floor(this.top/this.rowPx/p3),H=this.base+C-j0,L=this.base+C+Math.ceil(this.seen/this.rowPx)+p3+j0;return{first:Math.max(this.base,H),last:Math.min(this.ledger.length-1,L)}}scrolled(){let C=this.window().first;this.top=this.viewport.scrollTop,this.window().first!==C&&this.requestUpdate();let H=Math.floor(this.top/this.rowPx);H>Y0?this.move(m3):this.base>0&&H<m3/10&&this.move(-Math.min(m3,this.base))}move(C){this.base+=C,this.top-=C*this.rowPx,this.requestUpdate(),this.updateComplete.then(()=>this.viewport.scrollTop=this.top)}key(C){let H=C.target.closest("tr[data-at]");if(!H)return;let L=Number(H.dataset.at),e=this.ledger.length-1,M=k4[C.key],o=C.key==="Home"?0:C.key==="End"?e:M&&L+M;o!==void 0&&(C.preventDefault(),this.focusRow(Math.max(0,Math.min(e,o))))}async focusRow(C){this.current=C,C<this.base&&(this.base=0,this.requestUpdate(),await this.updateComplete);let H=(C-this.base)*this.rowPx,L=this.seen-this.headPx-this.rowPx;H<this.top?this.viewport.scrollTop=H:H>this.top+L&&(this.viewport.scrollTop=H-L),this.top=this.viewport.scrollTop,this.requestUpdate(),await this.updateComplete,this.renderRoot.querySelector(`tr[data-at="${C}"] button`)?.focus()}open(C){B(this,"line-wanted",{line:C})}};a([p({attribute:!1})],k1.prototype,"ledger",2),a([p({attribute:!1})],k1.prototype,"names",2),a([d()],k1.prototype,"seen",2),a([F2(".viewport")],k1.prototype,"viewport",2);n("isg-audit-list",k1);var J0="integration:",$4="guest:",_4=["command","refused"],T4=["system","unknown"],x5=class{constructor(V,C){this.hass=V;this.devices=new Map(C.devices.map(M=>[M.serial,M.name])),this.people=new Map(C.people.map(M=>[M.user_id,M.name]));let H=M=>new Intl.DateTimeFormat(V.language,{timeZone:V.config.time_zone,...M}),L={hour:"2-digit",minute:"2-digit",second:"2-digit"},e={day:"numeric",month:"short",year:"numeric"};this.time=H(L),this.dayAndTime=H({...e,...L}),this.date=H(e)}device(V){return this.devices.get(V)??V}who(V){let{principal:C,name:H,starter:L}=V;return this.principal(C,L?"":H)}starter({starter:V,name:C}){return V&&this.principal(V,C)}principal(V,C=""){if(T4.includes(V))return this.t(`principals.${V}`);if(V.startsWith(x2))return this.people.get(V.slice(x2.length))||C||this.t("principals.person");if(V.startsWith($4))return this.t("principals.guest",{name:C});if(V.startsWith(J0))return this.t("principals.integration",{name:V.slice(J0.length)});let H=this.hass.states[V]?.attributes.friendly_name;return typeof H=="string"&&H?H:V}what({kind:V,command:C,entity:H}){if(_4.includes(V))return[C&&D(this.hass,C),H].filter(Boolean).join(" · ");let L=this.kind(V);return C?`${L}: ${C.replaceAll("_"," ")}`:L}kind(V){return this.known(`kinds.${V}`)??V.replaceAll("_"," ")}verdict({verdict:V}){return this.t(`verdicts.${V}`)}result(V){let C=V.kind==="command"?V.detail:V.result,H=V.row??"",L=this.known(`permissions.reasons.${C}`,{row:H},"");return V.kind==="command"&&V.verdict!=="ok"?this.code(V.result):L??(V.result==="ok"?"":this.code(V.result))}when({at:V},C){return C7(C?this.dayAndTime:this.time,V)}day({at:V}){return C7(this.date,V)}code(V){return this.known(`results.${V}`)??V.replaceAll("_"," ")}known(V,C,H="audit."){let L=u(this.hass,H+V,C);return L===H+V?void 0:L}t(V,C){return u(this.hass,`audit.${V}`,C)}};function C7(t,V){let C=Date.parse(V);return Number.isNaN(C)?V:t.format(C)}var P4=500,H7=200,B4={csv:"text/csv",jsonl:"application/jsonl"},C1=class extends Z{constructor(){super(...arguments);this.filter={};this.mayVerify=!1;this.doing="";this.done={share:void 0,text:""};this.told="";this.error="";this.isCancelled=!1}static{this.styles=[v,m`
      :host {
        display: block;
      }
      .inside {
        display: grid;
        gap: 16px;
        padding: 0 16px 16px;
      }
      progress {
        width: 100%;
        accent-color: var(--primary-color);
      }
    `]}disconnectedCallback(){super.disconnectedCallback(),this.isCancelled=!0}render(){let C=this.doing!=="";return r`<ha-card>
      <h2>${this.a("tools")}</h2>
      <p>${this.a(this.mayVerify?"tools_text":"export_text")}</p>
      <div class="inside">
        <div class="acts">
          ${this.mayVerify?r`<ha-button .disabled=${C} @click=${this.verify}
                >${this.a("verify")}</ha-button
              >`:i}
          ${["csv","jsonl"].map(H=>r`<ha-button
              appearance="filled"
              .disabled=${C}
              @click=${()=>this.out(H)}
              >${this.a(`export_${H}`)}</ha-button
            >`)}
        </div>
        ${C?this.renderProgress():i}
        <div role="status">
          ${this.error?r`<ha-alert alert-type="error">${this.error}</ha-alert>`:i}
          ${this.told?r`<ha-alert>${this.told}</ha-alert>`:i}
          ${this.found?this.renderFound(this.found):i}
        </div>
      </div>
    </ha-card>`}renderProgress(){let{share:C,text:H}=this.done;return r`<div>
      <progress aria-label=${H} max="1" value=${C??i}></progress>
      <div class="acts">
        <span class="what">${H}</span>
        ${this.doing==="export"?r`<ha-button
              size="small"
              appearance="plain"
              @click=${()=>this.isCancelled=!0}
              >${this.hass.localize("ui.common.cancel")}</ha-button
            >`:i}
      </div>
    </div>`}renderFound({lines:C,faults:H}){return H.length?r`<ha-alert alert-type="error">
      ${this.n("audit.faults",H.length)}
      <ul>
        ${H.map(({kind:L,first:e,last:M})=>r`<li>
            ${this.a(`fault.${L}`,{first:this.number(e),last:this.number(M)})}
          </li>`)}
      </ul>
    </ha-alert>`:r`<ha-alert alert-type="success"
        >${this.n("audit.verified",C,{lines:this.number(C)})}</ha-alert
      >`}async verify(){await this.busy("verify",async()=>{this.done={share:void 0,text:this.a("verifying")};let C=setInterval(()=>{this.ask()},P4);try{this.found=await A(this.hass,"audit_verify")}finally{clearInterval(C)}})}async ask(){let{verifying:C}=await A(this.hass,"audit_progress").catch(()=>({verifying:null}));if(!C?.total||this.doing!=="verify")return;let{done:H,total:L}=C,e=this.a("verifying_of",{done:this.number(H),total:this.number(L)});this.done={share:H/L,text:e}}async out(C){await this.busy("export",async()=>{let H=[],L={...u2(this.filter),format:C},e="";for(;e!==null&&H.length<H7&&!this.isCancelled;){this.done={share:void 0,text:this.a("exporting",{parts:this.number(H.length*500)})};let o=await A(this.hass,"audit_export",{...L,after:e});H.push(o.text),e=o.next}if(this.isCancelled)return;let M=document.createElement("a");M.href=URL.createObjectURL(new Blob(H,{type:B4[C]})),M.download=`record.${C}`,M.click(),URL.revokeObjectURL(M.href),e!==null&&(this.told=this.a("export_cut",{lines:this.number(H7*500)}))})}async busy(C,H){this.doing=C,this.error=this.told="",this.found=void 0,this.isCancelled=!1;try{await H()}catch(L){this.error=h(this.hass,L)}finally{this.doing=""}}number(C){return C.toLocaleString(this.hass.language)}a(C,H){return this.t(`audit.${C}`,H)}};a([p({attribute:!1})],C1.prototype,"filter",2),a([p({type:Boolean})],C1.prototype,"mayVerify",2),a([d()],C1.prototype,"doing",2),a([d()],C1.prototype,"done",2),a([d()],C1.prototype,"found",2),a([d()],C1.prototype,"told",2),a([d()],C1.prototype,"error",2);n("isg-audit-tools",C1);var V7=`${$}/audit`,m1=class extends Z{constructor(){super(...arguments);this.newest=new b(this,"audit_page",()=>u2(this.filter));this.filter=i3(location.search);this.moved=()=>{if(!location.pathname.startsWith(V7))return;let C=i3(location.search);q(C)!==q(this.filter)&&(this.filter=C,this.ledger=this.waitingLines=void 0,this.newest.restart())}}static{this.styles=[v,m`
      .content {
        max-width: 1280px;
      }
      .list {
        position: relative;
        overflow: hidden;
        --isg-list-height: max(420px, calc(100dvh - 380px));
      }
      .narrow .list {
        --isg-list-height: max(420px, calc(100dvh - 240px));
      }
      .new {
        position: absolute;
        top: 48px;
        inset-inline: 0;
        display: flex;
        justify-content: center;
        z-index: 2;
        pointer-events: none;
      }
      .new ha-button {
        pointer-events: auto;
      }
      ha-expansion-panel {
        --expansion-panel-content-padding: 0;
      }
    `]}connectedCallback(){super.connectedCallback(),window.addEventListener("location-changed",this.moved),window.addEventListener("popstate",this.moved),this.moved()}disconnectedCallback(){super.disconnectedCallback(),window.removeEventListener("location-changed",this.moved),window.removeEventListener("popstate",this.moved)}willUpdate(){let{value:C}=this.newest;!C||C===this.known||(this.known=C,this.names=new x5(this.hass,C),this.take(C))}render(){let{known:C,names:H,ledger:L}=this;if(!C||!H)return this.waiting(this.newest);let e=q(this.filter)!=="";return r`<div class="content ${this.narrow?"narrow":""}">
      <ha-card>
        <ha-expansion-panel
          .header=${this.t("audit.filter")}
          .secondary=${this.t(e?"audit.filtered":"audit.unfiltered")}
          .expanded=${!this.narrow}
        >
          <isg-audit-filter
            .hass=${this.hass}
            .shown=${C}
            .names=${H}
            .filter=${this.filter}
            @filter-wanted=${this.want}
          ></isg-audit-filter>
        </ha-expansion-panel>
      </ha-card>
      <ha-card class="list">
        ${this.waitingLines?r`<div class="new">
              <ha-button size="small" @click=${this.showNewest}
                >${this.t("audit.new_lines")}</ha-button
              >
            </div>`:i}
        ${this.newest.error?r`<ha-alert alert-type="error">${this.newest.error}</ha-alert>`:L?r`<isg-audit-list
                .hass=${this.hass}
                .narrow=${this.narrow}
                .ledger=${L}
                .names=${H}
                @line-wanted=${this.open}
              ></isg-audit-list>`:r`<ha-spinner aria-label=${this.t("loading")}></ha-spinner>`}
      </ha-card>
      <isg-audit-tools
        .hass=${this.hass}
        .filter=${this.filter}
        .mayVerify=${C.may_verify}
      ></isg-audit-tools>
    </div>`}take(C){if(!this.ledger)return this.begin(C);C.lines[0]?.number!==this.topNumber&&(this.list?.isAtTop?this.begin(C):this.waitingLines=C)}begin(C){let H=u2(this.filter);this.waitingLines=void 0,this.topNumber=C.lines[0]?.number,this.ledger=new l5(C,L=>A(this.hass,"audit",{...H,after:L,limit:100}),()=>this.list?.requestUpdate())}showNewest(){let{waitingLines:C}=this;C&&(this.list?.toTop(),this.begin(C))}want(C){F(V7+q(C.detail.filter),!0)}open(C){S(this,"isg-audit-line-dialog",{line:C.detail.line,names:this.names})}};a([d()],m1.prototype,"filter",2),a([d()],m1.prototype,"ledger",2),a([d()],m1.prototype,"names",2),a([d()],m1.prototype,"waitingLines",2),a([F2("isg-audit-list")],m1.prototype,"list",2);n("isg-audit",m1);var F4=16*2**20,E4=".csv,.txt,text/csv,text/plain",l1=class extends Z{constructor(){super(...arguments);this.importing=null;this.isBusy=!1;this.isOver=!1;this.error=""}static{this.styles=[v,m`
      :host {
        display: block;
      }
      .inside {
        display: grid;
        gap: 16px;
        padding: 0 16px 16px;
      }
      label {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: center;
        gap: 8px 16px;
        padding: 32px 16px;
        border: 2px dashed var(--divider-color);
        border-radius: var(--ha-border-radius-lg, 12px);
        color: var(--primary-text-color);
        cursor: pointer;
        text-align: center;
      }
      label.over,
      label:focus-within {
        border-color: var(--primary-color);
        background: color-mix(in srgb, var(--primary-color) 8%, transparent);
      }
      label span {
        color: color-mix(in srgb, var(--primary-color) 70%, var(--primary-text-color));
        text-decoration: underline;
      }
      input {
        position: absolute;
        width: 1px;
        height: 1px;
        overflow: hidden;
        clip-path: inset(50%);
      }
      progress {
        width: 100%;
        accent-color: var(--primary-color);
      }
      li {
        padding: 4px 0;
        min-height: 0;
      }
      li + li {
        border: 0;
      }
    `]}render(){let C=this.isBusy||this.importing!==null;return r`<ha-card>
      <h2>${this.r("import")}</h2>
      <p>${this.r("import_text")}</p>
      <div class="inside">
        ${C?this.renderProgress():r`<label
              class=${this.isOver?"over":""}
              @dragover=${H=>this.over(H,!0)}
              @dragleave=${H=>this.over(H,!1)}
              @drop=${this.dropped}
            >
              <ha-svg-icon .path=${$3}></ha-svg-icon>
              ${this.r("drop")} <span>${this.r("choose")}</span>
              <input type="file" accept=${E4} @change=${this.chosen} />
            </label>`}
        <div role="status">
          ${this.error?r`<ha-alert alert-type="error">${this.error}</ha-alert>`:i}
          ${this.report?this.renderReport(this.report):i}
        </div>
      </div>
    </ha-card>`}renderProgress(){let{done:C,total:H}=this.importing??{done:0,total:0},L=M=>M.toLocaleString(this.hass.language),e=H?this.r("importing_of",{done:L(C),total:L(H)}):this.r("importing");return r`<div>
      <progress aria-label=${e} max="1" value=${H?C/H:i}></progress>
      <div class="acts">
        <span class="what">${e}</span>
        <ha-button size="small" appearance="plain" @click=${this.cancel}
          >${this.hass.localize("ui.common.cancel")}</ha-button
        >
      </div>
    </div>`}renderReport({added:C,changed:H,unchanged:L,fault_count:e,faults:M}){let o=e-M.length;return r`<ha-alert alert-type=${e?"warning":"success"}>
      ${this.r("report",{added:C,changed:H,unchanged:L})}
      ${e?r`<div>${this.n("records.faults",e)}</div>`:i}
      <ul>
        ${M.map(({line:s,fault:c})=>r`<li>${this.fault(c,s)}</li>`)}
      </ul>
      ${o>0?this.n("records.further",o):i}
    </ha-alert>`}fault(C,H){let L=`component.${P}.exceptions.record_line_${C}.message`;return this.hass.localize(L,{line:H})||`${H}: ${C}`}over(C,H){C.preventDefault(),this.isOver=H}dropped(C){this.over(C,!1);let H=[...C.dataTransfer?.files??[]];H.length===1?this.take(H[0]):this.fail(this.r("one_file"))}chosen(C){this.take(C.target.files?.[0])}async take(C){if(C){if(C.size>F4)return this.fail(this.r("too_large"));this.isBusy=!0,this.error="",this.report=void 0;try{let H=await this.upload(C);this.report=await A(this.hass,"import_records",{file_id:H})}catch(H){this.error=h(this.hass,H)}finally{this.isBusy=!1,this.importing=null}B(this,"imported",{})}}async upload(C){let H=new FormData;H.append("file",C,"list.csv");let L=await this.hass.fetchWithAuth("/api/file_upload",{method:"POST",body:H});if(!L.ok)throw new Error(this.r("not_uploaded"));return(await L.json()).file_id}async cancel(){await this.attempt(()=>A(this.hass,"cancel_import"))}fail(C){this.report=void 0,this.error=C}r(C,H){return this.t(`records.${C}`,H)}};a([p({attribute:!1})],l1.prototype,"importing",2),a([d()],l1.prototype,"isBusy",2),a([d()],l1.prototype,"isOver",2),a([d()],l1.prototype,"report",2),a([d()],l1.prototype,"error",2);n("isg-records-import",l1);var D4=1e3,N4=[{name:"search",selector:{text:{type:"search"}}}],W4=1e3,h2=class extends Z{constructor(){super(...arguments);this.error="";this.search=""}static{this.styles=[v,N2,m`
      .inside {
        display: block;
        padding: 0 16px 16px;
      }
      .switch {
        display: flex;
        align-items: center;
        gap: 16px;
        padding: 16px;
      }
      th,
      td {
        padding: 8px 16px;
      }
      .count {
        width: 88px;
        padding-inline-start: 0;
      }
      .buttons {
        width: 48px;
        padding-inline: 0 8px;
      }
      .narrow .count {
        display: none;
      }
    `]}connectedCallback(){super.connectedCallback(),this.timer=setInterval(()=>{this.follow()},D4),this.hass&&this.load()}disconnectedCallback(){super.disconnectedCallback(),clearInterval(this.timer)}firstUpdated(){this.shown||this.load()}render(){let{shown:C}=this;return this.error?r`<div class="content">
        <ha-alert alert-type="error">${this.error}</ha-alert>
      </div>`:C?r`<div class="content ${this.narrow?"narrow":""}">
      <isg-records-import
        .hass=${this.hass}
        .importing=${C.importing}
        @imported=${()=>this.load()}
      ></isg-records-import>
      <ha-card>
        <div class="switch">
          <div class="what">
            <div class="name">${this.r("refuse")}</div>
            <div class="more">${this.r("refuse_text")}</div>
          </div>
          <ha-switch .checked=${C.refuses_unlisted} @change=${this.refuse}
            ><span class="hidden">${this.r("refuse")}</span></ha-switch
          >
        </div>
      </ha-card>
      <ha-card>
        <div class="head">
          <h2>${this.r("list")}</h2>
          ${C.count?r`<ha-button appearance="plain" variant="danger" @click=${this.askClear}
                >${this.r("clear")}</ha-button
              >`:i}
        </div>
        <p>${this.n("records.count",C.count,{count:this.number(C.count)})}</p>
        ${C.count?this.renderList(C):i}
      </ha-card>
    </div>`:r`<ha-spinner aria-label=${this.t("loading")}></ha-spinner>`}renderList(C){return r`
      <ha-form
        class="inside"
        .hass=${this.hass}
        .data=${{search:this.search}}
        .schema=${N4}
        .computeLabel=${()=>this.r("search")}
        @value-changed=${this.look}
      ></ha-form>
      <div role="status">
        ${this.search?r`<p>${this.n("records.found",C.found,{count:this.number(C.found)})}</p>`:i}
      </div>
      ${C.records.length?this.renderTable(C.records):i}
      ${C.next!==null?r`<p>
            ${C.records.length<W4?r`<ha-button appearance="plain" @click=${this.more}>${this.r("more")}</ha-button>`:this.r("search_for_more")}
          </p>`:i}
    `}renderTable(C){return r`<table aria-label=${this.r("list")}>
      <thead>
        <tr>
          <th scope="col">${this.r("serial")}</th>
          <th scope="col" class="count">${this.r("passwords")}</th>
          <th scope="col">${this.r("claimed")}</th>
          <th scope="col" class="buttons"><span class="hidden">${this.r("remove")}</span></th>
        </tr>
      </thead>
      <tbody>
        ${C.map(H=>r`<tr>
            <td>${H.serial}</td>
            <td class="count">${H.passwords}</td>
            <td>
              ${H.is_claimed?r`<bdi>${H.owner}</bdi>
                    ${H.since?r`<div class="more">
                          ${this.r("since",{at:f(this.hass,H.since)})}
                        </div>`:i}`:r`<span class="more">${this.r("not_claimed")}</span>`}
            </td>
            <td class="buttons">
              <ha-icon-button
                .path=${z}
                .label=${this.r("remove_one",{serial:H.serial})}
                @click=${()=>this.askRemove(H.serial)}
              ></ha-icon-button>
            </td>
          </tr>`)}
      </tbody>
    </table>`}async load(C=""){let{search:H}=this;try{let L=await A(this.hass,"records",{search:H.trim(),after:C});if(H!==this.search)return;let e=C?this.shown?.records??[]:[];this.shown={...L,records:[...e,...L.records]},this.error=""}catch(L){this.error=h(this.hass,L)}}async follow(){!this.shown?.importing&&!this.importsHere||await this.load()}get importsHere(){return this.renderRoot.querySelector("isg-records-import")?.isBusy??!1}more(){this.load(this.shown?.next??"")}look(C){this.search=(C.detail.value.search??"").slice(0,32),this.load()}async refuse(C){let H=C.target,L=H.checked;await this.attempt(()=>A(this.hass,"set_records",{refuses_unlisted:L}))||(H.checked=!L),await this.load()}askRemove(C){this.ask(this.r("remove_one",{serial:C}),this.r("remove_text"),"remove_record",{serial:C})}askClear(){let C=this.shown?.count??0,H=this.n("records.clear_text",C,{count:this.number(C)});this.ask(this.r("clear"),H,"clear_records",{})}ask(C,H,L,e){S(this,"isg-confirm-dialog",{title:C,text:H,yes:this.hass.localize("ui.common.remove"),act:async()=>{await A(this.hass,L,e),await this.load()}})}number(C){return C.toLocaleString(this.hass.language)}r(C,H){return this.t(`records.${C}`,H)}};a([d()],h2.prototype,"shown",2),a([d()],h2.prototype,"error",2);n("isg-records",h2);async function u5(t,V){return(await A(t,"video_address",V)).path}function q1(t){let V=Math.max(0,Math.round(t)),C=Math.floor(V/60);return C?`${C} min ${V%60} s`:`${V} s`}function h5(t,V){let C=u(t,V.reason==="motion"?"video.motion":"video.asked");return V.is_whole?C:`${C}, ${u(t,"video.cut")}`}function L7(t,V){return new Date(V).toLocaleTimeString(t.language,{timeZone:t.config.time_zone,hour:"2-digit",minute:"2-digit",second:"2-digit"})}function Z2(t){return(Date.parse(t.ended_at)-Date.parse(t.started_at))/1e3}var I4={keep_days:"video.keep_days",max_mb:"video.max_mb",motion:"video.move",is_open:"video.is_open"},Z5=class extends y{constructor(){super(...arguments);this.isAsked=!1}willUpdate(){this.params&&!this.isAsked&&(this.isAsked=!0,this.ask())}heading(){return this.t("video.choice_of",{device:this.params?.camera.device??""})}body(){return this.data?r`<ha-form
      .hass=${this.hass}
      .data=${this.data}
      .disabled=${this.isBusy}
      .schema=${[{name:"keep_days",required:!0,selector:{number:{mode:"box",min:1,max:365}}},{name:"max_mb",required:!0,selector:{number:{mode:"box",min:50,max:1e6}}},{name:"motion",selector:{boolean:{}}},{name:"is_open",selector:{boolean:{}}}]}
      .computeLabel=${C=>this.t(I4[C.name]??C.name)}
      .computeHelper=${C=>C.name==="is_open"?this.t("video.is_open_helper"):""}
      @value-changed=${C=>this.data=C.detail.value}
    ></ha-form>`:this.error?r``:r`<ha-spinner aria-label=${this.t("loading")}></ha-spinner>`}buttons(){return r`${this.cancelButton()}
      <ha-button
        slot="primaryAction"
        .disabled=${!this.data}
        .loading=${this.isBusy}
        @click=${()=>this.submit(()=>A(this.hass,"set_video_choice",{serial:this.params?.camera.serial,...this.data}))}
        >${this.hass.localize("ui.common.save")}</ha-button
      >`}async ask(){try{this.data=await A(this.hass,"video_choice",{serial:this.params?.camera.serial})}catch(C){this.error=h(this.hass,C)}}};a([d()],Z5.prototype,"data",2);n("isg-choice-dialog",Z5);var S5=class extends y{constructor(){super(...arguments);this.isAsked=!1}static{this.styles=m`
    .wide {
      overflow-x: auto;
    }
    table {
      width: 100%;
      border-collapse: collapse;
    }
    caption {
      text-align: start;
      padding-bottom: 8px;
      color: var(--secondary-text-color);
    }
    th,
    td {
      text-align: start;
      padding: 8px 12px 8px 0;
      border-bottom: 1px solid var(--divider-color);
      vertical-align: top;
    }
    th[scope="col"] {
      color: var(--secondary-text-color);
      font-weight: normal;
      font-size: var(--ha-font-size-s, 12px);
    }
    .refused {
      color: var(--error-color);
    }
  `}willUpdate(){this.params&&!this.isAsked&&(this.isAsked=!0,this.ask())}heading(){return this.t("video.who_of",{camera:this.params?.camera.name??""})}body(){if(!this.watched)return this.error?r``:r`<ha-spinner aria-label=${this.t("loading")}></ha-spinner>`;if(!this.watched.length)return r`<p>${this.t("video.nobody")}</p>`;let C=["person","when","how_long","seen"];return r`<div class="wide">
      <table>
        <caption>
          ${this.params?.camera.device}
        </caption>
        <thead>
          <tr>
            ${C.map(H=>r`<th scope="col">${this.t(`video.${H}`)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${this.watched.map(H=>r`<tr>
              <td>${H.name}</td>
              <td>${f(this.hass,H.began_at)}</td>
              <td>${H.is_refused?"–":q1(H.seconds)}</td>
              <td class=${H.is_refused?"refused":""}>
                ${this.t(`video.seen_${H.what}`)}${H.is_refused?`: ${this.t("video.refused")}`:""}
              </td>
            </tr>`)}
        </tbody>
      </table>
    </div>`}buttons(){return r`<ha-button slot="primaryAction" @click=${()=>this.isOpen=!1}
      >${this.hass.localize("ui.common.close")}</ha-button
    >`}async ask(){let{serial:C,entity:H}=this.params?.camera??{};try{let L=await A(this.hass,"video_viewers",{serial:C,entity:H});this.watched=L.watched}catch(L){this.error=h(this.hass,L)}}};a([d()],S5.prototype,"watched",2);n("isg-viewers-dialog",S5);var U4=4,z4="data:,",S2=[],t1=class extends w{constructor(){super(...arguments);this.path="";this.hasPicture=!1;this.hasEnded=!1;this.isBusy=!1}static{this.styles=[v,m`
      .picture {
        position: relative;
        aspect-ratio: 4 / 3;
        background: var(--secondary-background-color);
        border-radius: var(--ha-card-border-radius, 12px) var(--ha-card-border-radius, 12px) 0 0;
        overflow: hidden;
        display: grid;
        place-content: center;
        justify-items: center;
        gap: 8px;
        text-align: center;
        color: var(--secondary-text-color);
        --mdc-icon-size: 48px;
      }
      img {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
        object-fit: contain;
        background: #000;
      }
      .facts {
        padding: 12px 16px 16px;
        display: grid;
        gap: 8px;
      }
      .recording {
        color: var(--error-color);
        font-weight: var(--ha-font-weight-medium, 500);
      }
      .open {
        color: var(--primary-text-color);
      }
    `]}disconnectedCallback(){super.disconnectedCallback(),this.unwatch()}willUpdate(){this.path&&(!this.camera.may_view||!this.camera.is_connected)&&this.ended()}render(){let{camera:C}=this,H={camera:C.name};return r`<ha-card>
      <div class="picture">
        ${this.path?r`${this.hasPicture?i:r`<ha-spinner aria-label=${this.t("waiting")}></ha-spinner>`}
              <img
                src=${this.path}
                alt=${this.t("picture_of",H)}
                @load=${()=>this.hasPicture=!0}
                @error=${()=>this.ended()}
              />`:r`<ha-svg-icon .path=${O2}></ha-svg-icon>
              <div role="status">${this.hasEnded?this.t("ended"):""} ${this.obstacle()}</div>`}
      </div>
      <div class="facts">
        <div>
          <div class="name">${C.name}</div>
          ${C.device===C.name?i:r`<div class="more">${C.device}</div>`}
          ${C.recording?r`<div class="more recording">
                ● ${this.t("recording",{since:f(this.hass,C.recording.since)})}
              </div>`:i}
          ${C.watching?.length?r`<div class="more">
                ${this.t("watching",{names:C.watching.join(", ")})}
              </div>`:i}
        </div>
        <div class="acts">
          ${this.renderWatch(H)} ${this.renderRecord(H)}
          ${C.may_choose?r`<ha-button
                  appearance="plain"
                  size="small"
                  aria-label=${this.t("who_of",H)}
                  @click=${()=>S(this,"isg-viewers-dialog",{camera:C})}
                  >${this.t("who")}</ha-button
                ><ha-button
                  appearance="plain"
                  size="small"
                  aria-label=${this.t("settings_of",{device:C.device})}
                  @click=${()=>S(this,"isg-choice-dialog",{camera:C})}
                  >${this.t("settings")}</ha-button
                >`:i}
        </div>
      </div>
    </ha-card>`}obstacle(){let{camera:C}=this;if(!C.may_view){let H=C.next_view_at;return`${this.t("not_now")} ${H?this.t("from",{next:f(this.hass,H)}):""}`}return C.is_connected?"":this.t("away")}renderWatch(C){let{camera:H}=this;return this.path?r`<ha-button
        size="small"
        aria-label=${this.t("unwatch_of",C)}
        @click=${()=>this.unwatch()}
        >${this.t("unwatch")}</ha-button
      >`:H.may_view?r`<ha-button
      size="small"
      appearance="filled"
      aria-label=${this.t("watch_of",C)}
      .disabled=${!H.is_connected||this.isBusy}
      @click=${()=>this.watch()}
      >${this.t("watch")}</ha-button
    >`:i}renderRecord(C){let{camera:H}=this;if(!H.may_record)return i;let L=H.recording!==null;return r`<ha-button
      size="small"
      appearance="plain"
      aria-label=${this.t(L?"stop_of":"record_of",C)}
      .disabled=${this.isBusy||!L&&!H.is_connected}
      @click=${()=>this.record(L)}
      >${this.t(L?"stop":"record")}</ha-button
    >`}t(C,H){return u(this.hass,`video.${C}`,H)}async watch(){await this.attempt(async()=>{let{serial:C,entity:H}=this.camera;this.hasEnded=!1,this.hasPicture=!1;let L=await u5(this.hass,{what:"live",serial:C,entity:H});this.isConnected&&(this.path=L,S2.push(this),S2.length>U4&&S2[0]?.unwatch())})}unwatch(){let C=this.renderRoot.querySelector("img");C&&(C.src=z4),this.path="";let H=S2.indexOf(this);H>=0&&S2.splice(H,1)}ended(){this.path&&(this.unwatch(),this.hasEnded=!0)}async record(C){await this.attempt(async()=>{let{serial:H,entity:L,name:e}=this.camera;await A(this.hass,C?"stop_recording":"start_recording",{serial:H,entity:L}),g(this,this.t(C?"record_ended":"record_began",{camera:e}))})}async attempt(C){this.isBusy=!0;try{await C()}catch(H){g(this,h(this.hass,H))}finally{this.isBusy=!1}}};a([p({attribute:!1})],t1.prototype,"hass",2),a([p({attribute:!1})],t1.prototype,"camera",2),a([d()],t1.prototype,"path",2),a([d()],t1.prototype,"hasPicture",2),a([d()],t1.prototype,"hasEnded",2),a([d()],t1.prototype,"isBusy",2);n("isg-camera",t1);var g5=class extends y{constructor(){super(...arguments);this.path="";this.isAsked=!1;this.resumeAt=0;this.askedAt=0}static{this.styles=m`
    video {
      display: block;
      width: 100%;
      max-height: 70vh;
      background: #000;
    }
    p {
      margin: 8px 0 0;
      color: var(--secondary-text-color);
    }
  `}willUpdate(){this.params&&!this.isAsked&&(this.isAsked=!0,this.ask())}heading(){let{clip:C,camera:H}=this.params??{};return C?this.t("video.player",{camera:H??"",at:f(this.hass,C.started_at)}):""}body(){let C=this.params?.clip;return r`${this.path?r`<video
            src=${this.path}
            controls
            autoplay
            playsinline
            muted
            aria-label=${this.heading()}
            @loadedmetadata=${this.resume}
            @error=${this.failed}
          ></video>`:""}
      ${C?r`<p>${q1(Z2(C))} · ${h5(this.hass,C)}</p>`:""}`}buttons(){return r`<ha-button slot="primaryAction" @click=${()=>this.isOpen=!1}
      >${this.hass.localize("ui.common.close")}</ha-button
    >`}async ask(){this.askedAt=Date.now();try{this.path=await u5(this.hass,{what:"clip",clip:this.params?.clip.id})}catch(C){this.path="",this.error=h(this.hass,C)}}resume(C){this.resumeAt&&(C.target.currentTime=this.resumeAt)}failed(C){let H=C.target;Date.now()-this.askedAt>5e3?(this.resumeAt=H.currentTime,this.ask()):(this.path="",this.error=this.t("video.player_ended"))}};a([d()],g5.prototype,"path",2);n("isg-player-dialog",g5);var l3=1440,f5="all",H1=class extends w{constructor(){super(...arguments);this.cameras=[];this.revision=0;this.camera=f5;this.day="";this.error="";this.asked=0}static{this.styles=[v,m`
      .filters {
        padding: 8px 16px 0;
      }
      .line {
        padding: 16px 16px 0;
      }
      .line svg {
        display: block;
        width: 100%;
        height: 32px;
      }
      .hours {
        display: flex;
        justify-content: space-between;
        color: var(--secondary-text-color);
        font-size: var(--ha-font-size-s, 12px);
      }
      .none {
        fill: var(--divider-color);
      }
      .clip-at {
        fill: var(--primary-color);
        cursor: pointer;
      }
      .clip-at.motion {
        fill: var(--warning-color, #ffa600);
      }
      .hour {
        stroke: var(--card-background-color, #fff);
        stroke-width: 2;
      }
      ul {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(150px, 1fr));
        gap: 16px;
        padding: 16px;
      }
      li,
      li + li {
        border: 0;
        padding: 0;
        display: block;
        min-width: 0;
      }
      button.clip {
        all: unset;
        display: block;
        width: 100%;
        cursor: pointer;
        border-radius: 8px;
      }
      button.clip:focus-visible {
        outline: 2px solid var(--primary-color);
        outline-offset: 2px;
      }
      button.clip img {
        display: block;
        width: 100%;
        aspect-ratio: 4 / 3;
        object-fit: cover;
        border-radius: 8px;
        background: var(--secondary-background-color);
      }
      .below {
        display: flex;
        align-items: center;
        gap: 4px;
        padding-top: 4px;
      }
      .below .what {
        flex: 1;
      }
      .older {
        padding: 0 16px 16px;
      }
    `]}willUpdate(C){this.hass&&(!this.asked||C.has("revision"))&&this.ask()}render(){return r`<ha-card>
      <h2>${this.t("clips")}</h2>
      ${this.error?r`<ha-alert alert-type="error">${this.error}</ha-alert>`:i}
      ${this.shown?this.renderDay(this.shown):i}
    </ha-card>`}renderDay(C){return r`
      <div class="filters">
        <ha-form
          .hass=${this.hass}
          .data=${{camera:this.camera,day:C.day}}
          .schema=${[{type:"grid",name:"",schema:this.fields()}]}
          .computeLabel=${H=>this.t(H.name)}
          @value-changed=${this.choose}
        ></ha-form>
      </div>
      ${C.clips.length?r`<div class="line" aria-hidden="true">
              ${this.renderLine(C)}
              <div class="hours"><span>0</span><span>6</span><span>12</span><span>18</span><span>24</span></div>
            </div>
            <ul>
              ${C.clips.map(H=>this.renderClip(H))}
            </ul>`:r`<p>${this.t("no_clips")}</p>`}
      ${C.next?r`<div class="older">
            <ha-button appearance="plain" @click=${()=>this.ask(C.next)}
              >${this.t("older")}</ha-button
            >
          </div>`:i}
    `}fields(){let C={name:"day",selector:{date:{}}};if(this.cameras.length<2)return[C];let H=this.cameras.map(e=>({value:v3(e),label:this.nameOf(e)})),L=[{value:f5,label:this.t("all_cameras")},...H];return[C,{name:"camera",selector:{select:{mode:"dropdown",options:L}}}]}renderLine(C){let H=Date.parse(C.start),L=l3/(Date.parse(C.end)-H);return r`<svg viewBox="0 0 ${l3} 32" preserveAspectRatio="none">
      <rect class="none" width=${l3} height="32" rx="4"></rect>
      ${C.clips.map(e=>{let M=Math.max(0,(Date.parse(e.started_at)-H)*L),o=Math.max(5,Z2(e)*1e3*L);return X`<rect class="clip-at ${e.reason}" x=${M} width=${o} height="32"
          @click=${()=>this.play(e)}></rect>`})}
      ${[360,720,1080].map(e=>X`<path class="hour" d="M${e} 0v32"></path>`)}
    </svg>`}renderClip(C){let{hass:H}=this,L=L7(H,C.started_at),e={at:L,length:q1(Z2(C)),reason:h5(H,C)},M=this.cameraOf(C);return r`<li>
      <button
        class="clip"
        aria-label="${this.t("play")}: ${this.t("clip_label",{camera:M,...e})}"
        @click=${()=>this.play(C)}
      >
        <img src=${C.thumbnail} alt="" loading="lazy" />
      </button>
      <div class="below">
        <div class="what">
          <div class="name">${L}</div>
          <div class="more">${M} · ${e.length} · ${e.reason}</div>
        </div>
        ${C.may_delete?r`<ha-icon-button
              .path=${z}
              .label=${this.t("delete_of",{at:L})}
              @click=${()=>this.confirmDelete(C)}
            ></ha-icon-button>`:i}
      </div>
    </li>`}t(C,H){return u(this.hass,`video.${C}`,H)}nameOf(C){return C.name===C.device?C.name:`${C.name} (${C.device})`}cameraOf(C){return this.cameras.find(L=>v3(L)===v3(C))?.name??C.device}play(C){S(this,"isg-player-dialog",{clip:C,camera:this.cameraOf(C)})}confirmDelete(C){S(this,"isg-confirm-dialog",{title:this.t("delete_title"),text:this.t("delete_text"),yes:this.t("delete"),act:()=>A(this.hass,"delete_clip",{clip:C.id})})}choose(C){let{camera:H,day:L}=C.detail.value;this.camera=H??f5,this.day=L??"",this.ask()}async ask(C=null){let H=++this.asked,[L,e]=this.camera===f5?[]:this.camera.split("/"),M=C?this.shown?.day:this.day;try{let o=await A(this.hass,"video_clips",{...M?{day:M}:{},...L?{serial:L,entity:e}:{},...C?{after:C}:{}});if(H!==this.asked)return;let s=C?this.shown?.clips??[]:[];this.shown={...o,clips:[...s,...o.clips]},this.error=""}catch(o){H===this.asked&&(this.error=h(this.hass,o))}}};a([p({attribute:!1})],H1.prototype,"hass",2),a([p({attribute:!1})],H1.prototype,"cameras",2),a([p({type:Number})],H1.prototype,"revision",2),a([d()],H1.prototype,"shown",2),a([d()],H1.prototype,"camera",2),a([d()],H1.prototype,"day",2),a([d()],H1.prototype,"error",2);function v3(t){return`${t.serial}/${t.entity}`}n("isg-clips",H1);var c3=class extends Z{constructor(){super(...arguments);this.video=new b(this,"video")}static{this.styles=[v,m`
      .cameras {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 300px), 1fr));
        gap: 16px;
      }
    `]}render(){let C=this.video.value;return C?C.cameras.length?r`<div class="content">
      <div class="cameras">
        ${C.cameras.map(H=>r`<isg-camera .hass=${this.hass} .camera=${H}></isg-camera>`)}
      </div>
      ${C.cameras.some(H=>H.may_play)?r`<isg-clips
            .hass=${this.hass}
            .cameras=${C.cameras}
            .revision=${C.revision}
          ></isg-clips>`:i}
    </div>`:r`<div class="content">
        <ha-card><p>${this.t("video.nothing")}</p></ha-card>
      </div>`:this.waiting(this.video)}};n("isg-video",c3);var x3="iot-secure-gateway-card",K1=class extends w{constructor(){super(...arguments);this.config={};this.hasTexts=!1;this.access=new b(this,"my_access")}static{this.styles=[v,m`
      ha-card {
        padding-bottom: 8px;
      }
    `]}setConfig(C){if(C.devices!==void 0&&!Array.isArray(C.devices))throw new Error("devices: a list of serial numbers");this.config=C}getCardSize(){return 4}static getStubConfig(){return{}}willUpdate(){this.hass&&!this.hasTexts&&D2(this.hass).finally(()=>this.hasTexts=!0)}render(){let C=this.access.value;if(!this.hasTexts||!this.hass)return i;if(!C)return this.access.error?r`<ha-alert alert-type="error">${this.access.error}</ha-alert>`:i;let H=this.config.devices,L=C.devices.filter(e=>e.entities.length&&(!H||H.includes(e.serial)));return r`<ha-card>
      ${L.length?L.map(e=>r`<isg-device-access .hass=${this.hass} .device=${e}></isg-device-access>`):r`<p>${u(this.hass,"access.nothing")}</p>`}
    </ha-card>`}};a([p({attribute:!1})],K1.prototype,"hass",2),a([d()],K1.prototype,"config",2),a([d()],K1.prototype,"hasTexts",2);n(x3,K1);var e7=window.customCards??=[];e7.some(t=>t.type===x3)||e7.push({type:x3,name:"IoT Secure Gateway",description:"The devices and commands that are permitted to whoever looks at it."});var g2=[{path:"overview",icon:U3,page:(t,V)=>r`
      <isg-overview .hass=${t.hass} .narrow=${t.narrow} .detail=${V}></isg-overview>
    `},{path:"permissions",icon:z3,page:(t,V)=>r`
      <isg-permissions .hass=${t.hass} .narrow=${t.narrow} .detail=${V}></isg-permissions>
    `},{path:"monitoring",icon:_1,page:(t,V)=>r`
      <isg-monitoring .hass=${t.hass} .narrow=${t.narrow} .detail=${V}></isg-monitoring>
    `},{path:"audit",icon:P3,page:t=>r`
      <isg-audit .hass=${t.hass} .narrow=${t.narrow}></isg-audit>
    `},{path:"video",icon:O2,page:t=>r`
      <isg-video .hass=${t.hass} .narrow=${t.narrow}></isg-video>
    `},{path:"my-access",icon:h3,page:(t,V)=>r`
      <isg-my-access .hass=${t.hass} .narrow=${t.narrow} .detail=${V}></isg-my-access>
    `},{path:"records",icon:_3,page:t=>r`
      <isg-records .hass=${t.hass} .narrow=${t.narrow}></isg-records>
    `},{path:"gateway",icon:W3,page:t=>r`
      <isg-gateway .hass=${t.hass} .narrow=${t.narrow}></isg-gateway>
    `}],G4=5,Q4="overflow-x: auto; scrollbar-width: none; justify-content: flex-start",j4="flex: none; width: auto; min-width: 64px; max-width: none",r7=/_static\/([0-9a-f]+)\//.exec(import.meta.url)?.[1],M1=class extends w{constructor(){super(...arguments);this.narrow=!1;this.route={prefix:$,path:""};this.panel={};this.hasTexts=!1;this.language="";this.offered=new b(this,"pages")}static{this.styles=m`
    ha-alert {
      display: block;
      margin: 16px;
    }
  `}connectedCallback(){super.connectedCallback(),s0().then(C=>this.missing=C)}willUpdate(){this.hass&&this.hass.language!==this.language&&(this.language=this.hass.language,D2(this.hass).finally(()=>this.hasTexts=!0)),(this.route.path===""||this.route.path==="/")&&F(`${$}/${g2[0]?.path}`,!0)}render(){if(!this.hass||!this.missing||!this.hasTexts)return i;let[C="",...H]=this.route.path.split("/").filter(Boolean),L=g2.find(o=>o.path===C)??g2[0],e=this.offered.value?.pages??[g2[0]?.path,L?.path],M=L?.page(this,decodeURIComponent(H.join("/")));return this.missing.includes("hass-tabs-subpage")?r`<ha-alert alert-type="warning">${u(this.hass,"elements_missing")}</ha-alert>
        ${M}`:r`
      <hass-tabs-subpage
        main-page
        .hass=${this.hass}
        .narrow=${this.narrow}
        .route=${this.route}
        .tabs=${g2.filter(o=>e.includes(o.path)).map(o=>({path:`${$}/${o.path}`,name:u(this.hass,`tabs.${o.path.replace("-","_")}`),iconPath:o.icon}))}
      >
        ${this.isOld()?r`<ha-alert alert-type="info">
              ${u(this.hass,"upgraded")}
              <ha-button slot="action" @click=${()=>location.reload()}>
                ${u(this.hass,"reload")}
              </ha-button>
            </ha-alert>`:i}
        ${M}
      </hass-tabs-subpage>
    `}updated(){this.stackTabs()}async stackTabs(){let C=this.renderRoot.querySelector("hass-tabs-subpage");await C?.updateComplete;let H=C?.shadowRoot?.querySelector("#tabbar"),L=[...H?.querySelectorAll("ha-tab")??[]];if(!H||L.length<=G4)return;L.forEach(M=>M.narrow=!0),H.style.cssText=this.narrow?Q4:"";for(let M of H.querySelectorAll("a"))M.style.cssText=this.narrow?j4:"";let e=this.narrow?L.find(M=>M.hasAttribute("active")):void 0;e&&e!==this.moved&&e.scrollIntoView({inline:"center",block:"nearest"}),this.moved=e}isOld(){let C=this.panel.config?.digest;return!!C&&!!r7&&C!==r7}};a([p({attribute:!1})],M1.prototype,"hass",2),a([p({type:Boolean})],M1.prototype,"narrow",2),a([p({attribute:!1})],M1.prototype,"route",2),a([p({attribute:!1})],M1.prototype,"panel",2),a([d()],M1.prototype,"missing",2),a([d()],M1.prototype,"hasTexts",2);n("iot-secure-gateway-panel",M1);
/*! Bundled license information:

@lit/reactive-element/css-tag.js:
  (**
   * @license
   * Copyright 2019 Google LLC
   * SPDX-License-Identifier: BSD-3-Clause
   *)

@lit/reactive-element/reactive-element.js:
lit-html/lit-html.js:
lit-element/lit-element.js:
@lit/reactive-element/decorators/custom-element.js:
@lit/reactive-element/decorators/property.js:
@lit/reactive-element/decorators/state.js:
@lit/reactive-element/decorators/event-options.js:
@lit/reactive-element/decorators/base.js:
@lit/reactive-element/decorators/query.js:
@lit/reactive-element/decorators/query-all.js:
@lit/reactive-element/decorators/query-async.js:
@lit/reactive-element/decorators/query-assigned-nodes.js:
lit-html/directive.js:
lit-html/directives/repeat.js:
  (**
   * @license
   * Copyright 2017 Google LLC
   * SPDX-License-Identifier: BSD-3-Clause
   *)

lit-html/is-server.js:
  (**
   * @license
   * Copyright 2022 Google LLC
   * SPDX-License-Identifier: BSD-3-Clause
   *)

@lit/reactive-element/decorators/query-assigned-elements.js:
  (**
   * @license
   * Copyright 2021 Google LLC
   * SPDX-License-Identifier: BSD-3-Clause
   *)

lit-html/directive-helpers.js:
  (**
   * @license
   * Copyright 2020 Google LLC
   * SPDX-License-Identifier: BSD-3-Clause
   *)
*/
